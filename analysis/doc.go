// Package analysis turns numbers into numbers about scaling: compressibility H of documents, entropies, the law
// L(N,D) = E + A/N^alpha + B/D^beta of a data set, its parameters against H, and the compute-optimal frontier.
//
// Everything here is a pure function, the same bits for the same input on one architecture. It reads no file and knows
// no store.
package analysis

// Version is the version of all that this package computes. It is part of the keys of compress, fit and regress.
const Version = 2
