// Package analysis turns numbers into numbers about scaling: compressibility H of documents, entropies, the law
// L(N,D) = E + A/N^alpha + B/D^beta of a data set, its parameters against H, and the compute-optimal frontier.
//
// Everything here is a pure function, the same bits for the same input on one architecture. It reads no file and knows
// no store. A change of what it computes is a new version of the actions that take it (internal/actions).
package analysis
