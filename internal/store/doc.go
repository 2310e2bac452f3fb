// Package store keeps what a study makes on any S3: artifacts, the entries of finished actions, claims on actions that
// run, checkpoints, and finished studies. It knows no workflow and no training; it is the one package that speaks S3.
//
// One bucket holds it all:
//
//	artifacts/sha256/ab/cdef…         bytes under their digest, verified on every read
//	actions/KEY.json                  the entry of a finished action: which record holds its result
//	claims/KEY.json                   who runs an action, with which fencing token, and until when
//	checkpoints/KEY/<token>/<step>    a run's state, framed with a digest of its own
//	studies/NAME/<version>.json       a finished version of a study
//
// # What holds
//
// Publishing goes artifacts, record, entry, and only the last step is conditional, so a kill anywhere leaves nothing
// that points to what isn't there. Of any number of writers of one entry, exactly one wins.
//
// Conditional writes are small and in one part: some servers ignore the condition of a multipart upload. They may be
// retried after their answer was lost, so a refusal says nothing alone; what stands in the bucket then decides, and
// every writer signs what it writes.
//
// The bucket is best unversioned. In a versioned one deletions go by version id and leave no delete marker, since some
// servers refuse a conditional write behind one.
//
// Requests are retried for some seconds by the client; after that errors come back with the operation and the object,
// wrapping what the transport said. Every method can be called from many goroutines.
package store
