// A training before a class: keys and buttons ask for updates, and all pages show what came of them.
import { Plane } from './plane.js';
import { append, hideToken, listen, say } from './stream.js';
import { ValueCurve } from './value.js';
import { count, either, element } from './words.js';

const plane = new Plane(element('picture'));
const curve = new ValueCurve(element('curve'));

let setting = null;
let sight = null;
let table = null;
let state = { moment: 'beginning', isRunning: false, left: 0 };
let times = 1;
let drawing = 0;

function learn(news) {
  say('');
  state = news;
  setting = news.setting ?? setting;
  sight = news.sight ?? sight;
  if (news.curve) table = append(table, news.curve);
  if (!drawing) drawing = requestAnimationFrame(draw);
}

const places = value => (typeof value === 'number' ? (Math.abs(value) < 0.005 ? 0 : value).toFixed(2).replace('-', '−') : '–');

function draw() {
  drawing = 0;
  if (!setting || !sight || !table) return;
  document.querySelector('main').hidden = false;
  document.title = `${setting.source} – IlgpuGan`;
  element('points-key').hidden = !setting.points;
  element('sheet-key').hidden = Boolean(setting.points);
  element('bound-key').hidden = !setting.points;
  for (const box of document.querySelectorAll('[data-for]')) {
    const [moment, loss] = box.dataset.for.split(' ');
    box.hidden = moment !== state.moment || (loss !== undefined && loss !== setting.loss);
  }
  for (const [network, own, updates] of [['d', 'discriminator', sight.discriminatorUpdates], ['g', 'generator', sight.generatorUpdates]]) {
    const card = element(`network-${network}`);
    card.className = state.moment === 'beginning' ? '' : state.moment === own || state.moment === 'turns' ? 'is-trained' : 'is-fixed';
    card.querySelector('output').textContent = `${count(updates)} ×`;
  }
  const isBusy = state.isRunning || state.left > 0;
  element('run').setAttribute('aria-pressed', String(isBusy));
  for (const button of element('times').children) button.setAttribute('aria-pressed', String(Number(button.dataset.times) === times));
  element('value-now').textContent = places(sight.value);
  element('bound-now').textContent = places(sight.bound);
  element('belief-real').textContent = places(sight.realBelief);
  element('belief-fake').textContent = places(sight.fakeBelief);
  plane.show(setting, sight);
  curve.show(table, Boolean(setting.points));
}

// What the server answers is English.
const refusals = {
  401: '请打开 ilgpugan 显示的地址，连同其中的口令；服务器重新启动后口令会变。',
  409: '等待的更新已经太多；请等它们做完，或者暂停。',
};

async function ask(act, many = 1) {
  try {
    const answer = await fetch('act', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ act, times: many }) });
    if (!answer.ok) {
      const sentence = await answer.text();
      say(either(sentence, refusals[answer.status] ?? sentence));
    }
  } catch {
    // The stream says that the server is gone.
  }
}

function choose(many) {
  times = many;
  draw();
}

function toggleKeys() {
  const dialog = element('keys');
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

const acts = {
  d: () => ask('discriminator', times),
  g: () => ask('generator', times),
  arrowright: () => ask('next', times),
  pagedown: () => ask('next', times),
  ' ': () => ask(state.isRunning || state.left > 0 ? 'pause' : 'run'),
  r: () => ask('restart'),
  f: toggleFullScreen,
  '?': toggleKeys,
  1: () => choose(1),
  2: () => choose(10),
  3: () => choose(100),
};

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // What an input method takes, a class must not wait for.
  const key = event.key === 'Process' ? event.code.replace(/^(Key|Digit)/, '').replace('Space', ' ').toLowerCase() : event.key.toLowerCase();
  const act = acts[key];
  if (!act || (element('keys').open && key !== '?')) return;
  // A button that has the focus is pressed by Space.
  if (key === ' ' && event.target.closest('button')) return;
  event.preventDefault();
  // A key that is held down asks again when what it asked for is done.
  if (!event.repeat || (state.left === 0 && ['d', 'g', 'arrowright', 'pagedown'].includes(key))) act();
});

for (const button of document.querySelectorAll('button[data-key]')) {
  button.addEventListener('click', event => {
    acts[button.dataset.key]();
    // After a click keys are the page's again; who goes by Tab stays.
    if (event.detail > 0) button.blur();
  });
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  curve.forget();
  draw();
});
new ResizeObserver(() => draw()).observe(element('picture'));

// Where there is little room the buttons speak one language.
document.documentElement.lang = navigator.language.startsWith('zh') ? 'zh' : 'en';
hideToken();
listen({ lecture: learn }, () => {});
