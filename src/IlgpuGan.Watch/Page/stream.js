// What the server says, as it comes; a server that is gone is asked for again and again.
import { either, element } from './words.js';

const retryAfter = 1000;
const silenceAfter = 40000;

const connection = element('connection');

/** Says what is wrong with the connection, or nothing. */
export function say(sentence, command) {
  connection.hidden = !sentence;
  connection.textContent = sentence;
  if (command) connection.append(' ', Object.assign(document.createElement('code'), { textContent: command }));
}

/**
 * Hears from the server from now on.
 * @param handlers What takes the messages, by their names.
 * @param lost Called when the server is gone, perhaps for a moment.
 */
export function listen(handlers, lost) {
  const stream = new EventSource('events');
  let lastHeard = performance.now();
  let hasEnded = false;
  const hear = handle => event => {
    lastHeard = performance.now();
    handle(event);
  };
  for (const [name, handle] of Object.entries(handlers)) stream.addEventListener(name, hear(event => handle(JSON.parse(event.data))));
  stream.addEventListener('still-here', hear(() => {}));
  stream.addEventListener('end', hear(event => {
    hasEnded = true;
    const { hasTrained, again } = JSON.parse(event.data);
    say(either(
      `The server has ended${hasTrained ? ' with the training' : ''}.${again ? ' Look again with:' : ''}`,
      `服务器${hasTrained ? '随训练' : ''}结束了。${again ? '再看请运行：' : ''}`), again);
  }));
  const lose = () => {
    clearInterval(watching);
    stream.close();
    if (!hasEnded && !connection.querySelector('code')) say(either('The server is not reachable, trying again…', '连接不上服务器，正在重试……'));
    lost();
    setTimeout(() => listen(handlers, lost), retryAfter);
  };
  // A phone that slept may hold a connection that is dead.
  const watching = setInterval(() => {
    if (performance.now() - lastHeard > silenceAfter) lose();
  }, 5000);
  stream.onerror = lose;
}

/** A table of curves with the rows that are new. */
export function append(table, news) {
  const fresh = table && news.from > 0 ? table : { columns: {} };
  for (const name of Object.keys(news.columns)) {
    const kept = (fresh.columns[name] ?? []).slice(0, news.from);
    while (kept.length < news.from) kept.push(null);
    fresh.columns[name] = kept.concat(news.columns[name]);
  }
  fresh.stride = news.stride;
  return fresh;
}

/** Takes a token out of the address, which a cookie holds now. */
export function hideToken() {
  if (location.search) history.replaceState(null, '', location.pathname);
}
