// The code stands in the address after "#", which browsers keep to themselves. It is put into the form, and out of
// the address bar and the history; it goes to the server only when the reader presses the button.
const field = document.getElementById("code");
const fragment = location.hash.slice(1);

if (field && fragment) {
  field.value = fragment;
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("ready").hidden = false;
  document.getElementById("send").focus();
}
