import { render } from 'preact';
import { takeToken } from './api.ts';
import { App } from './app.tsx';
import { watch } from './live.ts';
import './main.css';
import { applyTheme, followSystem } from './theme.ts';

takeToken();
applyTheme();
followSystem();
watch();
const root = document.getElementById('app');
if (root) render(<App />, root);
