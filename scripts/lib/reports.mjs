/** Reads the JSON reports of vitest and Playwright into one kind of tally. A missing or damaged report counts as one failure. */
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/** What a part of the tests came to: counts, and the names of what failed, each with why. */
function tally(passed, skipped, failures) {
  return { passed, skipped, failures };
}

export function sum(tallies) {
  return tallies.reduce(
    (total, part) =>
      tally(
        total.passed + part.passed,
        total.skipped + part.skipped,
        total.failures.concat(part.failures),
      ),
    tally(0, 0, []),
  );
}

export function failure(name) {
  return tally(0, 0, [name]);
}

/** The first lines of what an assertion said, below the name of its test. */
function why(message = '') {
  const lines = stripVTControlCharacters(message).split('\n');
  const said = lines.filter((line) => line.trim() !== '').slice(0, 8);
  return said.map((line) => `\n      ${line.slice(0, 300)}`).join('');
}

function read(file, name, reader) {
  try {
    return reader(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return failure(`${name}: no report was written`);
  }
}

/** Vitest's `json` reporter. A test file that could not be run counts as one failure. */
export function readVitest(file, name) {
  return read(file, name, (report) => {
    const failures = report.testResults.flatMap((testFile) => {
      const failed = testFile.assertionResults.filter(({ status }) => status === 'failed');
      if (testFile.status === 'failed' && failed.length === 0) {
        return [`${name}: ${testFile.name}${why(testFile.message)}`];
      }
      return failed.map(
        ({ fullName, failureMessages }) => `${name}: ${fullName}${why(failureMessages[0])}`,
      );
    });
    if (!report.success && failures.length === 0)
      failures.push(`${name}: an error outside the tests`);
    return tally(report.numPassedTests, report.numPendingTests + report.numTodoTests, failures);
  });
}

/** Playwright's `json` reporter. An error outside the tests counts as one failure. */
export function readPlaywright(file, name) {
  return read(file, name, (report) => {
    const { expected, flaky, skipped } = report.stats;
    const failures = report.suites.flatMap((suite) => failedSpecs(suite, name));
    if (report.errors.length > 0 && failures.length === 0) {
      failures.push(`${name}: an error outside the tests`);
    }
    return tally(expected + flaky, skipped, failures);
  });
}

function failedSpecs(suite, prefix) {
  const name = `${prefix}: ${suite.title}`;
  return [
    ...(suite.specs ?? []).flatMap((spec) =>
      spec.tests
        .filter((test) => test.status === 'unexpected')
        .map(({ projectName, results }) => {
          const error = results.findLast((result) => result.error)?.error;
          return `${name}: ${spec.title}${projectName ? ` (${projectName})` : ''}${why(error?.message)}`;
        }),
    ),
    ...(suite.suites ?? []).flatMap((inner) => failedSpecs(inner, name)),
  ];
}
