// Package upkeep knows what in a store is needed, and by whom: it follows finished versions of studies, and studies that run, through
// their records to every object. So it says what a study takes, what goes with it, and what nobody needs, and takes that away while
// others work.
//
// # What is needed
//
// A finished version needs its spec, the records that lead to its numbers, all that these name, and the entries under their keys. A
// study that hasn't finished needs what its workflows name, with the entries, checkpoints and claims of its cells. Beside these
// everything young is needed, and what it leads to: a record, whatever it names; a spec, every record of that spec.
//
// # Why nothing is taken that somebody needs
//
// The store's time is noted first, then the bucket is listed, and then it is asked who needs what. What comes to be needed later is
// made young by whoever needs it (store.Put, store.Reuse), and of what is young nothing is taken: each object's time is looked at
// once more just before it is removed. Artifacts are older than the entries that name them, so an entry that is young protects
// what is old. The order of removal is that of publishing turned round: entries, records and artifacts, and so a kill in between
// leaves nothing that points to what isn't there.
package upkeep
