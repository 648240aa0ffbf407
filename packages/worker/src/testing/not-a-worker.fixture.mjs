/** A worker thread that fails before it is ready. */
throw new Error('planted failure to start');
