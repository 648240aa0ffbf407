import type { FigurePanel } from '@retinoscope/worker';
import { expect, test } from 'vitest';
import { toCsv } from '../csv.js';
import { panelColumns } from './index.js';
import { columnsOf } from './rows.js';

const map = { height: 1, width: 2, values: [0.1, -0.2] };
const names = { label: 'cell', names: ['a', 'b'] };

const examples: Readonly<Record<FigurePanel['kind'], FigurePanel>> = {
  maps: {
    kind: 'maps',
    title: '',
    unit: 'weight',
    noun: 'filter',
    maps: [map, { ...map, title: 'STA' }],
  },
  profiles: {
    kind: 'profiles',
    title: '',
    frameRate: 10,
    unit: 'weight',
    series: [
      { name: 'STA', role: 'sta', values: [1, 2], errors: [0.1, 0.2] },
      { name: 'network', role: 'network', values: [3] },
    ],
    errorBars: 'SD over 5 restarts',
  },
  sweep: {
    kind: 'sweep',
    title: '',
    x: { label: 'cell', categories: ['p', 'q'] },
    y: { label: 'CC' },
    series: [
      {
        name: 'LN',
        points: [
          { x: 1, mean: 0.5, sd: 0.1 },
          { x: 0, mean: 0.4 },
        ],
      },
    ],
  },
  traces: {
    kind: 'traces',
    title: '',
    frameRate: 10,
    start: 20,
    unit: 'rate (spikes/s)',
    series: [{ name: 'network', role: 'network', values: [1, 2] }],
  },
  'trace-grid': {
    kind: 'trace-grid',
    title: '',
    frameRate: 10,
    start: 0,
    unit: 'rate (spikes/s)',
    rows: { label: 'network of', names: ['a'] },
    columns: { label: 'response of', names: ['b'] },
    cells: [[{ note: 'CC 1', observed: [1], network: [2] }]],
  },
  raster: {
    kind: 'raster',
    title: '',
    frameRate: 10,
    start: 5,
    frames: 2,
    rows: [
      {
        name: 'data',
        role: 'observed',
        trials: [
          [0, 2],
          [1, 0],
        ],
      },
    ],
  },
  matrix: {
    kind: 'matrix',
    title: '',
    unit: 'CC',
    rows: names,
    columns: { ...names, names: ['c'] },
    values: [[0.5], [null]],
  },
  scatter: {
    kind: 'scatter',
    title: '',
    x: { label: 'LN' },
    y: { label: 'network' },
    series: [{ name: 'cells', points: [{ x: 1, y: 2, label: 'cell 3' }] }],
    identity: true,
  },
  images: {
    kind: 'images',
    title: '',
    images: [{ ...map, title: 'image 1' }],
    fields: [{ ...map, name: 'A' }],
  },
};

const tables: Readonly<Record<FigurePanel['kind'], readonly string[]>> = {
  maps: ['filter,y,x,weight', '0,0,0,0.1', '0,0,1,-0.2', 'STA,0,0,0.1', 'STA,0,1,-0.2'],
  profiles: [
    'series,lag (frames),time before spike (s),weight,SD over 5 restarts',
    'STA,0,0,1,0.1',
    'STA,1,0.1,2,0.2',
    'network,0,0,3,',
  ],
  sweep: ['series,cell,CC,SD', 'LN,q,0.5,0.1', 'LN,p,0.4,'],
  traces: ['series,frame,time (s),rate (spikes/s)', 'network,20,2,1', 'network,21,2.1,2'],
  'trace-grid': [
    'network of,response of,series,frame,time (s),rate (spikes/s)',
    'a,b,observed,0,0,1',
    'a,b,network,0,0,2',
  ],
  raster: ['series,trial,frame,time (s),spikes', 'data,0,6,0.6,2', 'data,1,5,0.5,1'],
  matrix: ['cell,cell 2,CC', 'a,c,0.5', 'b,c,'],
  scatter: ['series,point,LN,network', 'cells,cell 3,1,2'],
  images: [
    'kind,series,y,x,value',
    'image,image 1,0,0,0.1',
    'image,image 1,0,1,-0.2',
    'receptive field,A,0,0,0.1',
    'receptive field,A,0,1,-0.2',
  ],
};

test.each(Object.values(examples))('columns of $kind hold one observation a row', (panel) => {
  expect(toCsv(panelColumns(panel)).trimEnd().split('\r\n')).toEqual(tables[panel.kind]);
});

test.each(Object.values(examples))('columns of $kind are of one length', (panel) => {
  const lengths = Object.values(panelColumns(panel)).map(({ length }) => length);
  expect(new Set(lengths).size).toBe(1);
  expect(lengths[0]).toBeGreaterThan(0);
});

test('two columns of one name are both kept', () => {
  expect(columnsOf(['cell', 'cell', 'CC'], [['a', 'b', 1]])).toEqual({
    cell: ['a'],
    'cell 2': ['b'],
    CC: [1],
  });
});
