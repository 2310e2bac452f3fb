package ziplaw

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// ArtifactID names immutable bytes by their content: sha256:<64 hex digits>.
type ArtifactID string

const artifactPrefix = "sha256:"

// IDOf is the id of the bytes b.
func IDOf(b []byte) ArtifactID {
	sum := sha256.Sum256(b)
	return IDOfSum(sum[:])
}

// IDOfSum is the id of bytes whose sha256 is sum.
func IDOfSum(sum []byte) ArtifactID { return ArtifactID(artifactPrefix + hex.EncodeToString(sum)) }

// Hex is the digest without its prefix.
func (id ArtifactID) Hex() string { return strings.TrimPrefix(string(id), artifactPrefix) }

// Validate reports an id that is not sha256: and 64 hex digits in lower case.
func (id ArtifactID) Validate() error {
	hexa, found := strings.CutPrefix(string(id), artifactPrefix)
	if b, err := hex.DecodeString(hexa); !found || err != nil || len(b) != sha256.Size || strings.ToLower(hexa) != hexa {
		return fmt.Errorf("artifact id %q: not sha256: and 64 hex digits", string(id))
	}
	return nil
}

// Key is the hash of everything that determines an action's result: 64 hex digits of the sha256 of the preimage in
// canonical JSON (RFC 8785).
type Key string

// Short is the key's beginning, enough to tell keys apart for a person.
func (k Key) Short() string { return string(k[:min(12, len(k))]) }

// Ref is an artifact in a role: what it is to the action that reads or writes it.
type Ref struct {
	Role string     `json:"role"`
	ID   ArtifactID `json:"id"`
}

// RecordVersion is the version of the record's form.
const RecordVersion = 1

// Record says which action, version and inputs made which outputs. It is an artifact itself.
type Record struct {
	Version  int             `json:"version"`
	Action   string          `json:"action"`
	Key      Key             `json:"key"`
	Preimage json.RawMessage `json:"preimage"` // what the key hashes
	// Label names what the record is about for a person, such as a cell's id. It is in no key.
	Label   string `json:"label"`
	Inputs  []Ref  `json:"inputs"`
	Outputs []Ref  `json:"outputs"`
	// Values are the action's small results, an object whose form belongs to the action.
	Values json.RawMessage `json:"values"`
	// Resumed is the checkpoint that the attempt went on from; nil where it began at the first step.
	Resumed *Resumed `json:"resumed,omitempty"`
	Code    Code     `json:"code"`
	// Accelerator is what the action computed on; nil where that is the code's device.
	Accelerator *Accelerator `json:"accelerator,omitempty"`
	// Relinked is the record that this one stands for since an input of it was lost and made again: the same result of the same
	// action, with the input that there is now.
	Relinked ArtifactID `json:"relinked,omitempty"`
	Attempt  string     `json:"attempt"` // who wrote it, so that a lost answer can be told from a lost race
	Started  time.Time  `json:"started"`
	Finished time.Time  `json:"finished"`
}

// Resumed is a checkpoint by its fencing token, its step and the digest of its bytes. Checkpoints go when their cell is
// published, so its digest can't be looked up: it says what the attempt trusted.
type Resumed struct {
	Token  int64      `json:"token"`
	Step   int        `json:"step"`
	Digest ArtifactID `json:"digest"`
}

// Code is the program that made a record.
type Code struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	Device   string `json:"device"` // the processor and the kernel path that it took
}

// Accelerator is a device beside the processor.
type Accelerator struct {
	Name    string `json:"name"`    // as its driver says
	Driver  string `json:"driver"`  // version of the driver's interface
	Kernels string `json:"kernels"` // sha256 of the kernels' text
	Memory  int64  `json:"memory"`  // bytes
}

// String is the device in words.
func (a Accelerator) String() string {
	return fmt.Sprintf("%s, driver %s, kernels %.12s", a.Name, a.Driver, strings.TrimPrefix(a.Kernels, artifactPrefix))
}

// Device is what the record was computed on.
func (r Record) Device() string {
	if r.Accelerator != nil {
		return r.Accelerator.String()
	}
	return r.Code.Device
}

// Output finds an output of the record by its role.
func (r Record) Output(role string) (ArtifactID, bool) { return find(r.Outputs, role) }

// Input finds an input of the record by its role.
func (r Record) Input(role string) (ArtifactID, bool) { return find(r.Inputs, role) }

func find(refs []Ref, role string) (ArtifactID, bool) {
	for _, r := range refs {
		if r.Role == role {
			return r.ID, true
		}
	}
	return "", false
}
