// Hears from the server and hands on what is new. Everything that is known of a run is in one object; the parts of the page draw from it.
import { Charts } from './charts.js';
import { Pictures } from './pictures.js';
import { Studio } from './studio.js';
import { Header, showFindings } from './status.js';
import { append, hideToken, listen, say } from './stream.js';
import { Translation } from './translation.js';
import { element } from './words.js';

const charts = new Charts();
const pictures = new Pictures();
const studio = new Studio();
const translation = new Translation();
const header = new Header(draw);

let runs = [];
let isGone = false;
let drawing = 0;

function begin(names) {
  const isSame = names.length === runs.length && names.every((name, i) => name === runs[i].name);
  // What was drawn stays, with all that was chosen, until the news of the same runs come in again.
  runs = isSame ? runs.map(run => ({ ...run, isOld: true }))
    : names.map((name, i) => ({ number: i, name, status: null, about: null, reports: null, metrics: {}, findings: [], samples: [], isOld: false }));
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

hideToken();
listen({
  hello: ({ runs: names }) => {
    isGone = false;
    say('');
    begin(names);
  },
  run: learn,
}, () => {
  isGone = true;
  if (runs.length > 0) header.show(runs, isGone);
});
