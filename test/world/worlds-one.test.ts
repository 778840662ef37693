import { playWorlds } from './worlds.ts';

playWorlds(0, 2);
