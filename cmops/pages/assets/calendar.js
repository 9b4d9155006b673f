// Filters of the calendar, kept in the address so that what one sees can be sent to somebody;
// and buttons that copy the address of a feed. Pages are whole without it.
(() => {
  "use strict";

  // "brand:a channel:b channel:c" -> {brand: {a}, channel: {b, c}}
  function told(element) {
    const found = new Map();
    for (const token of element.dataset.cmopsIs.split(" ")) {
      const at = token.indexOf(":");
      const name = token.slice(0, at);
      if (!found.has(name)) found.set(name, new Set());
      found.get(name).add(token.slice(at + 1));
    }
    return found;
  }

  // What says nothing about a channel concerns all of them, and stays.
  function matches(is, wanted) {
    return wanted.every(([name, value]) => !is.has(name) || is.get(name).has(value));
  }

  function filters(form) {
    if (form.dataset.cmopsReady) return;
    form.dataset.cmopsReady = "yes";
    const items = [...document.querySelectorAll("[data-cmops-is]")].map((element) => ({ element, is: told(element) }));
    const counted = items.filter(({ element }) => element.closest("[data-cmops-counted]"));
    // A post that goes out at several times is one post: its lines lead to the same place.
    const posts = counted.filter(({ is }) => is.has("state")).map(({ element }) => ({
      element, post: element.querySelector(":scope > a, .cmops-what > a")?.getAttribute("href") || element,
    }));
    const selects = [...form.querySelectorAll("select")];
    const said = form.querySelector("[role=status]");
    const reset = form.querySelector("[type=reset]");
    const links = [...document.querySelectorAll("a[data-cmops-keep]")].map((link) => ({ link, address: link.getAttribute("href") }));

    function read() {
      const asked = new URLSearchParams(location.search);
      for (const select of selects) {
        const value = asked.get(select.name) || "";
        if (value && ![...select.options].some((option) => option.value === value)) select.add(new Option(value, value));
        select.value = value;
      }
    }

    function write(wanted) {
      const asked = new URLSearchParams(location.search);
      for (const select of selects) asked.delete(select.name);
      for (const [name, value] of wanted) asked.set(name, value);
      const query = asked.toString();
      const address = `${location.pathname}${query ? `?${query}` : ""}${location.hash}`;
      // Where a page is opened from a folder the address cannot be changed.
      try { history.replaceState(history.state, "", address); } catch { /* filters work all the same */ }
      const kept = new URLSearchParams(wanted).toString();
      for (const { link, address: plain } of links) link.setAttribute("href", kept ? `${plain}?${kept}` : plain);
    }

    function show() {
      const wanted = selects.filter((select) => select.value).map((select) => [select.name, select.value]);
      for (const { element, is } of items) element.classList.toggle("cmops-sifted", !matches(is, wanted));
      const empty = (place) => ![...place.querySelectorAll("[data-cmops-is]")].some((element) => !element.classList.contains("cmops-sifted"));
      for (const day of document.querySelectorAll("[data-cmops-day]")) day.classList.toggle("cmops-sifted", wanted.length > 0 && empty(day));
      for (const lane of document.querySelectorAll("tr.cmops-bars")) lane.classList.toggle("cmops-sifted", wanted.length > 0 && empty(lane));
      for (const box of document.querySelectorAll(".cmops-gridbox")) box.classList.toggle("cmops-filtering", wanted.length > 0);
      const left = ({ element }) => !element.classList.contains("cmops-sifted");
      const none = wanted.length > 0 && !counted.some(left);
      for (const nothing of document.querySelectorAll("[data-cmops-nothing]")) nothing.hidden = !none;
      const many = (found) => new Set(found.map(({ post }) => post)).size;
      const words = wanted.length ? said.dataset.cmopsSome : said.dataset.cmopsEvery;
      said.textContent = words.replace("{shown}", many(posts.filter(left))).replace("{all}", many(posts));
      reset.hidden = !wanted.length;
      return wanted;
    }

    form.addEventListener("change", () => write(show()));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      for (const select of selects) select.value = "";
      write(show());
      selects[0].focus(); // the button is gone
    });
    window.addEventListener("pageshow", () => { read(); write(show()); });
    read();
    write(show());
  }

  function address(link) {
    if (link.dataset.cmopsReady || !navigator.clipboard) return;
    link.dataset.cmopsReady = "yes";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cmops-do";
    const words = link.dataset.cmopsAddress;
    const name = link.querySelector(".cmops-hidden")?.cloneNode(true) || "";
    button.append(words, name);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(link.href);
      button.firstChild.textContent = link.dataset.cmopsCopied;
      setTimeout(() => { button.firstChild.textContent = words; }, 2000);
    });
    link.after(" ", button);
  }

  function begin() {
    document.querySelectorAll("[data-cmops-filters]").forEach(filters);
    document.querySelectorAll("[data-cmops-address]").forEach(address);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
