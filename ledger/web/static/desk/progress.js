// Follows a sheet that is being recorded, by this tab or by another: what a reload would show, without one.
const EVERY = 1000; // milliseconds

const pause = () => new Promise((resolve) => setTimeout(resolve, EVERY));

async function look(url) {
  const page = new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html");
  return [page.getElementById("progress"), page.title];
}

// Only what has changed: `result` is announced once, the row that is being read is not.
function show(region, next, title) {
  region.hidden = false;
  document.title = title;
  for (const part of region.querySelectorAll("[id]")) {
    const same = next.querySelector(`#${part.id}`);
    if (!same) part.remove();
    else if (part.tagName === "PROGRESS") [part.max, part.value] = [same.max, same.value];
    else if (part.textContent !== same.textContent) part.textContent = same.textContent;
  }
}

// `form`: by which this tab has it recorded; none: another tab does, or did before a reload.
async function follow(region, form) {
  const { url, away } = region.dataset;
  let state = "running";
  while (region.isConnected && (state === "running" || form?.dataset.sending)) {
    await pause();
    try {
      const [next, title] = await look(url);
      state = next?.dataset.state;
      if (state === "running" || (state === "done" && !form)) show(region, next, title);
      else if (state === "done") location.assign(url);
      else if (!form) location.reload(); // It was cut off, or somebody has signed out.
    } catch {
      region.querySelector("#rows").textContent = away;
    }
  }
}

const region = document.getElementById("progress");
if (region.dataset.state === "running") follow(region);
addEventListener("submit", ({ target }) => target.matches("[data-follow]") && follow(document.getElementById("progress"), target));
