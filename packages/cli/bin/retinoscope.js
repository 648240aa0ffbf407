#!/usr/bin/env node
/** The command as it is linked at installation, before anything is built. */
import '../dist/main.js';
