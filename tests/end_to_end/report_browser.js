// Opens pages in browsers. Reads lines of JSON:
//   {"browser": "chromium", "path": "/usr/bin/chromium", "page": "/x.html",
//    "dark": false, "width": 1280, "scripts": true, "axe": "/.../axe.min.js",
//    "picture": "/x.png", "steps": [{"click": "#pause", "until": "Paused"}]}
// and answers each with a line:
//   {"requests": [...], "messages": [...], "violations": [...],
//    "charts": 7, "drawn": 7, "wide": false, "text": "..."}
'use strict';
const fs = require('fs');
const readline = require('readline');
const puppeteer = require('puppeteer-core');

const started = new Map();

function browserOf({browser, path, dark}) {
  const key = browser + (browser === 'firefox' && dark);
  if (!started.has(key)) {
    started.set(key, puppeteer.launch({
      browser: browser === 'firefox' ? 'firefox' : 'chrome',
      executablePath: path,
      headless: true,
      args: browser === 'firefox' ? [] : ['--no-sandbox'],
      // Of Firefox, the driver cannot change the colour scheme.
      extraPrefsFirefox: {
        'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1,
      },
    }));
  }
  return started.get(key);
}

// In the page: what it shows.
function look() {
  const plots = [...document.querySelectorAll('.plot')];
  const isDrawn = (canvas) => {
    const {width, height} = canvas;
    const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
    return data.some((each) => each !== 0);
  };
  return {
    charts: plots.length,
    drawn: plots.filter((plot) => {
      const canvas = plot.querySelector('canvas');
      return canvas && isDrawn(canvas);
    }).length,
    wide: document.documentElement.scrollWidth > innerWidth,
    text: document.body.innerText,
  };
}

async function show(question) {
  const browser = await browserOf(question);
  const page = await browser.newPage();
  const requests = [];
  const messages = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(error.message));
  await page.setViewport({width: question.width, height: 900});
  if (question.browser !== 'firefox') {
    await page.emulateMediaFeatures([{
      name: 'prefers-color-scheme',
      value: question.dark ? 'dark' : 'light',
    }]);
    await page.setJavaScriptEnabled(question.scripts);
  }
  const address =
      question.page.startsWith('/') ? 'file://' + question.page : question.page;
  await page.goto(address, {waitUntil: 'load'});
  if (question.scripts) {
    await page.evaluate(() => new Promise((done) => {
      requestAnimationFrame(() => requestAnimationFrame(done));
    }));
  }
  for (const {click, until} of question.steps ?? []) {
    if (click) await page.click(click);
    await page.waitForFunction(
        (text) => document.body.innerText.includes(text), {timeout: 60000},
        until);
  }
  const seen = await page.evaluate(look);
  // For axe-core; the page's own scripts stay blocked, because it is loaded.
  if (!question.scripts) await page.setJavaScriptEnabled(true);
  await page.evaluate(fs.readFileSync(question.axe, 'utf8'));
  const {violations} = await page.evaluate(() => axe.run(document));
  if (question.picture) {
    await page.screenshot({path: question.picture, fullPage: true});
  }
  await page.close();
  return {
    requests,
    messages,
    violations: violations.map(
        ({id, nodes}) => id + ': ' + nodes.map(({html}) => html).join(' ')),
    ...seen,
  };
}

(async () => {
  const lines = readline.createInterface({input: process.stdin});
  for await (const line of lines) {
    const answer = await show(JSON.parse(line)).catch(
        (error) => ({error: String(error)}));
    console.log(JSON.stringify(answer));
  }
  for (const browser of started.values()) await (await browser).close();
})();
