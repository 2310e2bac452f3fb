package store

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/minio/minio-go/v7"
)

// Class says what becomes of an operation that the store failed.
type Class string

// Classes of failures. None of them says anything about what was to be read or written: that is an ArtifactError, an
// EntryError, or a claim that was lost.
const (
	// Outage is of the store as a whole: it can't be reached, is busy or full, broke off, or doesn't let us in. The same call
	// goes through when that has passed, or somebody has mended the keys, the rights or the bucket.
	Outage Class = "outage"
	// Refused is of this one request: the server will say no to it again.
	Refused Class = "refused"
)

// Error is an operation that the store failed, after its own tries.
type Error struct {
	Operation string // such as read
	Name      string // of the object
	Class     Class
	Err       error
}

// Error says what was tried on which object.
func (e *Error) Error() string { return fmt.Sprintf("store: %s %s: %v", e.Operation, e.Name, e.Err) }

// Unwrap is the client's error.
func (e *Error) Unwrap() error { return e.Err }

// Failure finds the store's failure in an error's chain.
func Failure(err error) (*Error, bool) { return errors.AsType[*Error](err) }

// fail adds the operation, the object and the class to an error.
func fail(operation, name string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Operation: operation, Name: name, Class: classOf(err), Err: err}
}

// passing are the answers to requests that are right but for their moment: credentials that ran out, a clock that differs.
var passing = map[string]bool{
	"ExpiredToken": true, "ExpiredTokenException": true, "TokenRefreshRequired": true, "RequestExpired": true,
	"RequestTimeTooSkewed": true, "RequestTimeout": true,
	"OperationAborted": true, "ConditionalRequestConflict": true, // others write at the same moment
}

// classOf tells what an S3 server refuses from what it can't do now. All that isn't an answer of a server, a connection
// that broke within an answer included, is an outage.
func classOf(err error) Class {
	r, answered := errors.AsType[minio.ErrorResponse](err)
	switch {
	case !answered, passing[r.Code]:
		return Outage
	case r.StatusCode == http.StatusUnauthorized, r.StatusCode == http.StatusForbidden, r.Code == minio.NoSuchBucket:
		return Outage
	case r.StatusCode == http.StatusRequestTimeout, r.StatusCode == http.StatusTooManyRequests:
		return Outage
	case r.StatusCode >= 400 && r.StatusCode < 500:
		return Refused
	}
	return Outage
}

// IsGone says whether an error is of an artifact that is missing or has other bytes than its name says.
func IsGone(err error) bool {
	_, gone := errors.AsType[*ArtifactError](err)
	return gone
}

// IsUnreadable says whether an error is of an entry that can't be read.
func IsUnreadable(err error) bool {
	_, unreadable := errors.AsType[*EntryError](err)
	return unreadable
}
