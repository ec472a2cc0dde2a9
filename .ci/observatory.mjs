// Score pages as Mozilla's HTTP Observatory does, over TLS on this machine, and fail below what each must have.
// Usage: node observatory.mjs SERVER CERTIFICATE KEY HTTPS_PORT HTTP_PORT least:path… (an admin's path wants COOKIE).
// Both fronts hand requests on to SERVER (http://host:port) as a proxy does: the second one without TLS.
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { pathToFileURL } from "node:url";

const [server, certificate, key, httpsPort, httpPort, ...pages] = process.argv.slice(2);
const home = pathToFileURL(`${process.env.TOOLS}/node_modules/@mdn/mdn-http-observatory/src/`);
const { retrieve } = await import(new URL("retriever/retriever.js", home));
const { ALL_TESTS } = await import(new URL("constants.js", home));
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await import(new URL("grader/charts.js", home));
const { getGradeForScore, getScoreModifier } = await import(new URL("grader/grader.js", home));

const handOn = (scheme) => (request, response) => {
  const headers = { ...request.headers, host: `localhost:${httpsPort}`, "x-forwarded-proto": scheme };
  if (request.url.startsWith("/admin/")) headers.cookie = process.env.COOKIE;
  const asked = http.request(server + request.url, { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(response);
  });
  request.pipe(asked);
};
const tls = { cert: readFileSync(certificate), key: readFileSync(key) };
const fronts = [https.createServer(tls, handOn("https")).listen(httpsPort), http.createServer(handOn("http")).listen(httpPort)];

for (const page of pages) {
  const [least, path] = page.split(/:(.*)/);
  const retrieved = await retrieve("localhost", { httpsPort, httpPort, path });
  const results = ALL_TESTS.map((test) => test(retrieved));
  const modifiers = results.map((result) => getScoreModifier(result.result));
  const plain = modifiers.filter((each) => each < 0).reduce((sum, each) => sum + each, 100);
  const score = plain < MINIMUM_SCORE_FOR_EXTRA_CREDIT ? plain : modifiers.reduce((sum, each) => sum + each, 100);
  const status = retrieved.responses.auto.status;
  console.log(`== Observatory ${path}: ${getGradeForScore(score).grade} ${score}, ${status}`);
  if (score >= least && status === 200) continue;
  for (const [at, result] of results.entries()) console.log(`   ${modifiers[at]} ${result.result}`);
  process.exitCode = 1;
}
for (const front of fronts) front.close(), front.closeAllConnections();
