import { playWorlds } from './worlds.ts';

playWorlds(1, 2);
