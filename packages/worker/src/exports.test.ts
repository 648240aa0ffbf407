import { expect, test } from 'vitest';
import * as browser from './index.js';
import * as node from './node.js';

test('both entries export the same names', () => {
  expect(Object.keys(node).sort()).toEqual(Object.keys(browser).sort());
  expect(Object.keys(browser).sort()).toEqual([
    'ExperimentPause',
    'RetinoscopeError',
    'builtInCell',
    'createPool',
    'createService',
    'cropAround',
    'csvField',
    'defaultCropSide',
    'defaultFilterSide',
    'defaultFilters',
    'defaultPreset',
    'drawSpikes',
    'experimentTable',
    'experiments',
    'findCandidate',
    'fitMemory',
    'headLosses',
    'importProblem',
    'importQuestions',
    'isDrawn',
    'layersOf',
    'locateCells',
    'locatingBlocks',
    'memoryStore',
    'parseExperimentTable',
    'pictureSize',
    'proposeFromSummaries',
    'proposePart',
    'requireFitMemory',
    'runExperiment',
    'storedRows',
    'tableCsv',
    'throwIfCancelled',
    'toRetinoscopeError',
    'trainingPresets',
    'writeNpz',
  ]);
});
