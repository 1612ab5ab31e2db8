/**
 * The library of schemas. The build puts all of it into the output of this file: it comes in
 * hundreds of files, and to find and read them takes longer than the rest of the program.
 */
// biome-ignore lint/performance/noBarrelFile: one file of it is what this is for
export * from 'typebox'
export { default } from 'typebox'
