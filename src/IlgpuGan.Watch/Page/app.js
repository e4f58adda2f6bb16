// Hears from the server and hands on what is new. Everything that is known of a run is in one object; the parts of the page draw from it.
import { Charts } from './charts.js';
import { Pictures } from './pictures.js';
import { Studio } from './studio.js';
import { Header, showFindings } from './status.js';
import { Translation } from './translation.js';
import { element } from './words.js';

const retryAfter = 1000;
const silenceAfter = 40000;

const connection = element('connection');
const charts = new Charts();
const pictures = new Pictures();
const studio = new Studio();
const translation = new Translation();
const header = new Header(draw);

let runs = [];
let isGone = false;
let lastHeard = performance.now();
let drawing = 0;

function begin(names) {
  const isSame = names.length === runs.length && names.every((name, i) => name === runs[i].name);
  // What was drawn stays, with all that was chosen, until the news of the same runs come in again.
  runs = isSame ? runs.map(run => ({ ...run, isOld: true }))
    : names.map((name, i) => ({ number: i, name, status: null, about: null, reports: null, metrics: {}, findings: [], samples: [], isOld: false }));
}

function append(table, news) {
  const fresh = table && news.from > 0 ? table : { columns: {} };
  for (const name of Object.keys(news.columns)) {
    const kept = (fresh.columns[name] ?? []).slice(0, news.from);
    while (kept.length < news.from) kept.push(null);
    fresh.columns[name] = kept.concat(news.columns[name]);
  }
  fresh.stride = news.stride;
  return fresh;
}

function learn(news) {
  const run = runs[news.run];
  // The first news of a connection tell everything.
  if (run.isOld) Object.assign(run, { reports: null, metrics: {}, findings: [], isOld: false });
  run.status = news.status;
  run.about = news.about ?? run.about;
  run.findings = news.findings ?? run.findings;
  run.samples = news.samples ?? run.samples;
  if (news.reports) run.reports = append(run.reports, news.reports);
  for (const name of Object.keys(news.metrics ?? {})) run.metrics[name] = append(run.metrics[name], news.metrics[name]);
  // Several runs speak at once; one drawing shows them all.
  if (!drawing) drawing = requestAnimationFrame(draw);
}

function draw() {
  drawing = 0;
  header.show(runs, isGone);
  showFindings(runs);
  pictures.show(runs);
  studio.show(runs);
  translation.show(runs);
  charts.show(runs.filter(run => header.isInCharts(run)), runs.length === 1);
  const isWaiting = !runs.some(run => run.reports || run.samples.length > 0);
  element('waiting').hidden = !isWaiting;
}

function say(sentence, command) {
  connection.hidden = !sentence;
  connection.textContent = sentence;
  if (command) connection.append(' ', Object.assign(document.createElement('code'), { textContent: command }));
}

function listen() {
  const stream = new EventSource('events');
  let hasEnded = false;
  const hear = handle => event => {
    lastHeard = performance.now();
    handle(event);
  };
  stream.addEventListener('hello', hear(event => {
    isGone = false;
    say('');
    begin(JSON.parse(event.data).runs);
  }));
  stream.addEventListener('run', hear(event => learn(JSON.parse(event.data))));
  stream.addEventListener('still-here', hear(() => {}));
  stream.addEventListener('end', hear(event => {
    hasEnded = true;
    const { hasTrained, again } = JSON.parse(event.data);
    say(`The server has ended${hasTrained ? ' with the training' : ''}.${again ? ' Look again with:' : ''}`, again);
  }));
  const lose = () => {
    clearInterval(watching);
    stream.close();
    isGone = true;
    if (!hasEnded && !connection.querySelector('code')) say('The server is not reachable, trying again…');
    if (runs.length > 0) header.show(runs, isGone);
    setTimeout(listen, retryAfter);
  };
  // A phone that slept may hold a connection that is dead.
  const watching = setInterval(() => {
    if (performance.now() - lastHeard > silenceAfter) lose();
  }, 5000);
  lastHeard = performance.now();
  stream.onerror = lose;
}

if (location.search) history.replaceState(null, '', location.pathname);
listen();
