/** Where the page begins. */
import { render } from 'preact';
import { App } from './app.jsx';
import { loadData } from './data.js';

async function start(): Promise<void> {
  const page = document.querySelector('#page');
  const data = await loadData(document.querySelector('#data')?.textContent ?? '');
  if (page !== null) {
    render(<App data={data} />, page);
    document.querySelector('#did-not-run')?.remove();
    document.documentElement.dataset['ready'] = 'yes';
  }
}

start().catch((error: unknown) => {
  const notice = document.querySelector('#did-not-run');
  if (notice !== null) {
    notice.textContent = `This report cannot be shown: ${String(error)}. The file is damaged or was changed; make it again with "tiercel report".`;
  }
});
