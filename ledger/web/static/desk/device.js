// What a passkey's page and a signer's page share: bytes as they stand in a page, and what a form says that failed.
export const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

export function failed(form) {
  const said = form.querySelector("[data-without]");
  said.textContent = form.dataset.failed;
  said.setAttribute("role", "alert");
  said.hidden = false;
}
