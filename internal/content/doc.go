// Package content reads anybody's files as streams, in bounded memory, and
// says what is wrong with them.
//
// A Content is the decoded bytes of one file or stream: gzip and zstd are
// decompressed, archives that are cut off, damaged or made to explode are
// refused, and what lies there is hashed while it is read. Documents are the
// token ids of a Content, document after document, whatever the format: text,
// JSON lines, numpy's arrays, or plain binary numbers. Records are the records
// of JSON lines, and a Look is what is noticed of text on the way.
//
// The package knows nothing of what the tokens are for. Its errors are of type
// *Error: they name the file, the line where there is one, what is wrong, and
// what to do. Skippable tells those of one file from all others.
package content
