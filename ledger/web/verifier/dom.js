// Elements from plain values. Text is only ever text: nothing here reads markup.

/** `h("p", {class: "small"}, "text", child)`; what is null or false is left out. */
export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter(Boolean));
  return element;
}

export function fill(id, ...children) {
  document.getElementById(id).replaceChildren(...children.flat(Infinity).filter(Boolean));
}

const SIGNS = {
  green: "M8 16.5l5.5 5.5L24.5 10.5",
  amber: "M16 7.5v11M16 24v.5",
  red: "M9.5 9.5l13 13M22.5 9.5l-13 13",
  grey: "M11.5 12.2c0-6 9-6 9 0 0 3.6-4.5 3.6-4.5 7.3M16 24v.5",
};

/** The colour as a sign, for whoever does not see colours. */
export function sign(colour) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 32 32");
  svg.setAttribute("class", "sign");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SIGNS[colour]);
  svg.append(path);
  return svg;
}
