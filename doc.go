// Package ziplaw is the vocabulary of scaling-law studies over compressible data: the study and what it expands to
// (data sets, models, budgets, cells), the names of stored things (artifacts, action keys, records), results, and
// the errors that users act on.
//
// It is plain values and pure functions over the standard library. It reads no file, opens no connection and knows
// neither Temporal nor S3; those live in the packages below internal, activities, workflows and worker.
//
// The letters are those of R. Pandey, "gzip Predicts Data-dependent Scaling Laws" (arXiv 2405.16684):
//
//	H  compressibility of a data set: compressed bytes over raw bytes, lower is easier to compress
//	N  parameters of a model
//	D  tokens that a run trains on, padding included
//	C  compute in floating-point operations
//	L  loss, mean next-token cross-entropy in nats per token
//
// and L(N,D) = E + A/N^alpha + B/D^beta is the law of one data set.
package ziplaw
