// A Bluesky PDS and its directory of identities, on loopback until standard input ends:
// node pds.js NODE_MODULES FOLDER PDS_PORT DIRECTORY_PORT [APPVIEW_PORT DATABASE]
// With the last two, an AppView follows the PDS, and the PDS passes app.bsky.* on to it.
"use strict";
const { createRequire } = require("node:module");
const net = require("node:net");
const path = require("node:path");
const appview = require("./appview.js");

// Node.js 18, which Debian 12 has, lacks it.
globalThis.crypto ??= require("node:crypto").webcrypto;

// They all listen on every interface, and cannot be told otherwise.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  const told = rest.filter((each) => typeof each === "function");
  return listen.call(this, { port: Number(port?.port ?? port), host: "127.0.0.1" }, ...told);
};

async function main([modules, folder, port, directoryPort, appviewPort, database]) {
  const load = createRequire(path.join(modules, "pds.js"));
  const { Secp256k1Keypair } = load("@atproto/crypto");
  const directory = load("@did-plc/server");
  const pds = load("@atproto/pds");
  const key = await Secp256k1Keypair.create({ exportable: true });
  await directory.PlcServer.create({ db: directory.Database.mock(), port: directoryPort }).start();
  const environment = {
    adminPassword: "an administrator of the tests",
    blobstoreDiskLocation: path.join(folder, "blobs"),
    dataDirectory: folder,
    devMode: true,
    didPlcUrl: `http://127.0.0.1:${directoryPort}`,
    disableSsrfProtection: true,
    hostname: "localhost",
    inviteRequired: false,
    jwtSecret: "a secret of the tests",
    plcRotationKeyK256PrivateKeyHex: Buffer.from(await key.export()).toString("hex"),
    port: Number(port),
    serviceHandleDomains: [".test"],
  };
  if (appviewPort) {
    environment.bskyAppViewDid = appview.DID;
    environment.bskyAppViewUrl = `http://127.0.0.1:${appviewPort}`;
  }
  const server = await pds.PDS.create(pds.envToCfg(environment), pds.envToSecrets(environment));
  const ports = { port: Number(appviewPort), pdsPort: port, directoryPort };
  const follow = appviewPort ? await appview.start(load, database, ports) : () => {};
  await server.start();
  follow();
}

process.stdin.resume().on("end", () => process.exit());
main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
