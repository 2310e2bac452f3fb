package ziplaw

import (
	"strings"
	"testing"
)

func TestArtifactIDs(t *testing.T) {
	// The sha256 of "abc" is a test vector of FIPS 180-2.
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	id := IDOf([]byte("abc"))
	if id != "sha256:"+abc || id.Hex() != abc || id.Validate() != nil {
		t.Errorf("id of abc is %s, %v", id, id.Validate())
	}
	for _, bad := range []string{
		"", abc, "sha256:", "sha256:" + abc[:62], "sha256:" + abc + "00", "sha256:" + strings.ToUpper(abc), "sha256:" + abc[:63] + "g", "md5:" + abc,
	} {
		if ArtifactID(bad).Validate() == nil {
			t.Errorf("%q is an id", bad)
		}
	}
}

func TestRecordFindsByRole(t *testing.T) {
	r := Record{Inputs: []Ref{{"documents", "sha256:1"}}, Outputs: []Ref{{"model", "sha256:2"}, {"losses", "sha256:3"}}}
	if id, found := r.Output("losses"); !found || id != "sha256:3" {
		t.Errorf("output losses: %s, %t", id, found)
	}
	if id, found := r.Input("documents"); !found || id != "sha256:1" {
		t.Errorf("input documents: %s, %t", id, found)
	}
	if _, found := r.Input("model"); found {
		t.Error("an output is found among the inputs")
	}
}

func TestShortKeys(t *testing.T) {
	if got := Key("0123456789abcdef").Short(); got != "0123456789ab" {
		t.Errorf("short key %s", got)
	}
	if got := Key("0123").Short(); got != "0123" {
		t.Errorf("short key of a short one %s", got)
	}
}
