// Package lineage follows a study's numbers through the records that made them, back to data, seeds, spec and code. It
// draws that as a graph or a tree, checks it against the store, and says which action in the store is most like another.
//
// It reads the store and writes nothing: what is damaged is named here and made again by the next run. Names of records
// come from the study that is asked about, since a record serves every study that needs its action.
package lineage
