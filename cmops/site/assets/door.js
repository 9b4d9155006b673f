// Opens the page with the password, or with the key that an earlier page left in this browser.
(() => {
  "use strict";
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const sealed = document.getElementById("sealed").textContent;
  const form = document.getElementById("door");
  const said = document.getElementById("said");
  const name = `cmops-site:${facts.salt}`;
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const text = (found) => btoa(String.fromCharCode(...found));

  const derived = async (password) => {
    const base = await crypto.subtle.importKey(
      "raw", new TextEncoder().encode(password), "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(facts.salt), iterations: facts.rounds };
    return new Uint8Array(await crypto.subtle.deriveBits(how, base, 256));
  };
  const usable = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  const opened = (key, content) => crypto.subtle.decrypt(
    { name: "AES-GCM", iv: content.slice(0, 12) }, key, content.slice(12));
  const unpacked = async (content) => new Response(
    new Blob([content]).stream().pipeThrough(new DecompressionStream("gzip"))).text();

  // A store can be refused, by a browser that keeps nothing.
  const kept = () => {
    try { return sessionStorage.getItem(name) || localStorage.getItem(name); } catch { return null; }
  };
  const keep = (raw, stay) => {
    try { (stay ? localStorage : sessionStorage).setItem(name, text(raw)); } catch { /* asked again */ }
  };
  const forget = () => {
    try { sessionStorage.removeItem(name); localStorage.removeItem(name); } catch { /* nothing kept */ }
  };

  const types = {
    avif: "image/avif", gif: "image/gif", jpeg: "image/jpeg", jpg: "image/jpeg", mp4: "video/mp4",
    pdf: "application/pdf", png: "image/png", svg: "image/svg+xml", webm: "video/webm",
    webp: "image/webp", json: "application/json",
  };
  const file = async (key, address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    const content = await opened(key, new Uint8Array(await answer.arrayBuffer()));
    const plain = address.slice(0, -facts.suffix.length);
    const type = types[plain.split(".").pop().toLowerCase()] || "application/octet-stream";
    return new Blob([content], { type });
  };

  // Pictures are opened when they come near; a link to a file when it is followed.
  const fill = (key, shown) => {
    const open = async (each) => {
      for (const kind of ["src", "poster"]) {
        const address = each.getAttribute(`data-sealed-${kind}`);
        if (!address) continue;
        each.removeAttribute(`data-sealed-${kind}`);
        try { each.setAttribute(kind, URL.createObjectURL(await file(key, address))); } catch { /* alt text stays */ }
      }
    };
    const near = new IntersectionObserver((found) => found.forEach((each) => {
      if (each.isIntersecting) { near.unobserve(each.target); open(each.target); }
    }), { rootMargin: "600px" });
    shown.querySelectorAll("[data-sealed-src], [data-sealed-poster]").forEach((each) => near.observe(each));
    addEventListener("beforeprint", () => {
      shown.querySelectorAll("[data-sealed-src], [data-sealed-poster]").forEach(open);
    });
    shown.querySelectorAll("[data-sealed-href]").forEach((each) => {
      each.setAttribute("href", "#");
      each.addEventListener("click", async (event) => {
        event.preventDefault();
        const address = each.getAttribute("data-sealed-href");
        const link = document.createElement("a");
        link.href = URL.createObjectURL(await file(key, address));
        link.download = decodeURIComponent(address.slice(0, -facts.suffix.length).split("/").pop());
        link.click();
      });
    });
  };

  // A theme fetches its search index when the reader looks for something.
  const answering = (key, here) => {
    const closed = new Set(facts.fetched.map((each) => new URL(each, here).href));
    const isClosed = (address) => closed.has(new URL(address, location.href).href);
    const plainFetch = window.fetch.bind(window);
    window.fetch = async (what, how) => {
      const address = typeof what === "string" || what instanceof URL ? String(what) : what.url;
      if (!isClosed(address)) return plainFetch(what, how);
      return new Response(await file(key, new URL(address, location.href).href + facts.suffix));
    };
    const open = XMLHttpRequest.prototype.open;
    const send = XMLHttpRequest.prototype.send;
    const waiting = new WeakMap();
    XMLHttpRequest.prototype.open = function (method, address, ...rest) {
      if (isClosed(address)) waiting.set(this, new URL(address, location.href).href);
      return open.call(this, method, address, ...rest);
    };
    XMLHttpRequest.prototype.send = function (...what) {
      const address = waiting.get(this);
      if (!address) return send.apply(this, what);
      file(key, address + facts.suffix).then((found) => {
        open.call(this, "GET", URL.createObjectURL(found));
        send.apply(this, what);
      }, () => send.apply(this, what));
      return undefined;
    };
  };

  const show = async (raw) => {
    const key = await usable(raw);
    const page = await unpacked(await opened(key, bytes(sealed)));
    const here = location.href.split("#")[0];
    answering(key, here);
    document.open();
    document.addEventListener("DOMContentLoaded", () => fill(key, document));
    document.write(page);
    document.close();
    if (location.hash) {
      const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (place) place.scrollIntoView();
    }
  };

  const ask = () => { form.hidden = false; document.getElementById("password").focus(); };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const stay = document.getElementById("stay").checked;
    said.className = "";
    said.textContent = facts.words.opening;
    const raw = await derived(document.getElementById("password").value);
    try {
      await show(raw);
      keep(raw, stay);
    } catch {
      said.className = "bad";
      said.textContent = facts.words.wrong;
      document.getElementById("password").select();
    }
  });

  const known = kept();
  if (!crypto.subtle) { said.textContent = facts.words.insecure; }
  else if (known) { show(bytes(known)).catch(() => { forget(); ask(); }); }
  else { ask(); }
})();
