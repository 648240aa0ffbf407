/** Version of this software, as models carry it; kept equal to package.json by a test. */
export const softwareVersion = '0.1.0';
