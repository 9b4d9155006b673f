// Bluesky's own AppView: it reads what a PDS tells of all its repositories, counts, and answers.
"use strict";

exports.DID = "did:web:appview.test";

/** Starts one on `port` that keeps what it reads in a PostgreSQL; what makes it read is returned. */
exports.start = async (load, database, { port, pdsPort, directoryPort }) => {
  const bsky = load("@atproto/bsky");
  const { Secp256k1Keypair } = load("@atproto/crypto");
  const pds = `127.0.0.1:${pdsPort}`;
  const directory = `http://127.0.0.1:${directoryPort}`;
  const db = new bsky.Database({ url: database, schema: "appview", poolSize: 10 });
  await db.migrateToLatestOrThrow();
  // What the AppView is made of: the one half reads and keeps, the other keeps what is private.
  const dataplane = await bsky.DataPlaneServer.create(db, 0, directory);
  const bsync = await bsky.MockBsync.create(db, 0);
  const { idResolver } = dataplane;
  idResolver.handle.resolve = (handle) => resolved(pds, handle);
  const config = new bsky.ServerConfig({
    ...NOTHING,
    bsyncUrl: local(bsync),
    dataplaneUrls: [local(dataplane)],
    didPlcUrl: directory,
    port,
    serverDid: exports.DID,
  });
  const signingKey = await Secp256k1Keypair.create();
  await bsky.BskyAppView.create({ config, signingKey }).start();
  const subscription = new bsky.RepoSubscription({ service: `ws://${pds}`, db, idResolver });
  // Events of several accounts at once are counted wrongly now and then, and stay so.
  subscription.runner.mainQueue.concurrency = 1;
  subscription.background.queue.concurrency = 1;
  return () => subscription.start();
};

/** What a server must be told, and what is of no matter here. */
const NOTHING = {
  adminPasswords: ["an administrator of the tests"],
  alternateAudienceDids: [],
  bigThreadUris: new Set(),
  bsyncHttpVersion: "1.1",
  dataplaneHttpVersion: "1.1",
  debugFieldAllowedDids: new Set(),
  disableSsrfProtection: true,
  draftsLimit: 500,
  etcdHosts: [],
  labelsFromIssuerDids: [],
  maxThreadParents: 50,
  modServiceDid: "did:example:invalid",
  publicUrl: "https://appview.invalid",
  searchTagsHide: new Set(),
  threadTagsBumpDown: new Set(),
  threadTagsHide: new Set(),
  version: "tests",
  visibilityTagHide: "",
  visibilityTagRankPrefix: "",
};

const local = ({ server }) => `http://127.0.0.1:${server.address().port}`;

/** Whose handle it is: no name server knows ".test", their PDS does. */
async function resolved(pds, handle) {
  const url = `http://${pds}/xrpc/com.atproto.identity.resolveHandle?handle=${handle}`;
  const answer = await fetch(url);
  return answer.ok ? (await answer.json()).did : undefined;
}
