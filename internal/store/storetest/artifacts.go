package storetest

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

var artifactTests = []test{
	{"round trip", roundTrip},
	{"stream in parts", streamInParts},
	{"absent", absentArtifact},
	{"tampered", tampered},
	{"put again", putAgain},
	{"discard", discard},
	{"JSON", asJSON},
}

func roundTrip(b *bucket) {
	for _, size := range []int{0, 1, 300_000, 17 << 20} {
		body := make([]byte, size)
		_, _ = rand.NewChaCha8([32]byte{byte(size)}).Read(body)
		id := b.put(body)
		if id != ziplaw.IDOf(body) {
			b.Errorf("%d bytes are %s, want %s", size, id, ziplaw.IDOf(body))
		}
		if streamed, err := b.store.PutContent(b.Context(), content(body)); err != nil || streamed != id {
			b.Errorf("%d bytes streamed are %s, %v, want %s", size, streamed, err, id)
		}
		got, err := b.store.Get(b.Context(), id)
		if err != nil || !bytes.Equal(got, body) {
			b.Errorf("%d bytes come back as %d, %v", size, len(got), err)
		}
		r, err := b.store.Open(b.Context(), id)
		b.check(err)
		if got, err = io.ReadAll(r); err != nil || !bytes.Equal(got, body) {
			b.Errorf("%d bytes stream back as %d, %v", size, len(got), err)
		}
		b.check(r.Close())
	}
	if names := b.names("artifacts/sha256/"); len(names) != 4 || strings.Index(names[0], "/") != 2 || len(names[0]) != 65 {
		b.Errorf("names of artifacts: %v", names)
	}
}

// streamInParts stores more than fits into one part, twice: the second time nothing vouches for the first.
func streamInParts(b *bucket) {
	const size = 65 << 20
	r := zeros(size)
	for range 2 {
		id, err := b.store.PutContent(b.Context(), r)
		b.check(err)
		b.check(b.store.Check(b.Context(), id))
	}
	if id, err := b.store.PutContent(b.Context(), short{r}); err == nil {
		b.Errorf("one byte more than there is gives %s", id)
	}
}

// zeros is so many zero bytes.
type zeros int64

func (z zeros) Size() int64       { return int64(z) }
func (z zeros) Reader() io.Reader { return io.LimitReader(zero{}, int64(z)) }

type zero struct{}

func (zero) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// short has a byte less than it says.
type short struct{ zeros }

func (s short) Size() int64 { return int64(s.zeros) + 1 }

// content is bytes in memory.
type content []byte

func (c content) Size() int64       { return int64(len(c)) }
func (c content) Reader() io.Reader { return bytes.NewReader(c) }

func absentArtifact(b *bucket) {
	id := ziplaw.IDOf([]byte("never put"))
	_, err := b.store.Get(b.Context(), id)
	b.wantBad(err, id, true)
	_, err = b.store.Open(b.Context(), id)
	b.wantBad(err, id, true)
	if exists, err := b.store.Exists(b.Context(), id); exists || err != nil {
		b.Errorf("exists: %v, %v", exists, err)
	}
	for _, id := range []ziplaw.ArtifactID{"", "sha256:12", "sha256:../../x"} {
		if _, err := b.store.Get(b.Context(), id); err == nil || strings.Contains(err.Error(), "missing") {
			b.Errorf("get %q: %v", id, err)
		}
	}
}

// wantBad wants an error that names the artifact, for programs and for people.
func (b *bucket) wantBad(err error, id ziplaw.ArtifactID, missing bool) {
	b.Helper()
	bad, ok := errors.AsType[*store.ArtifactError](err)
	if !ok || bad.ID != id || bad.Missing != missing {
		b.Errorf("error %v, want %s, missing %v", err, id, missing)
		return
	}
	z, ok := errors.AsType[*ziplaw.Error](err)
	if !ok || z.Code != ziplaw.CodeCorruptArtifact || !strings.Contains(z.Message, string(id)) {
		b.Errorf("error %+v, want the code %s and the name %s", z, ziplaw.CodeCorruptArtifact, id)
	}
}

func tampered(b *bucket) {
	body := bytes.Repeat([]byte("law "), 1000)
	id := b.put(body)
	for name, wrong := range map[string][]byte{
		"a byte": append([]byte("L"), body[1:]...), "shorter": body[:3999], "empty": {}, "longer": append(body, 'x'),
	} {
		b.write(at(id), wrong)
		_, err := b.store.Get(b.Context(), id)
		b.wantBad(err, id, false)
		if err := b.store.Check(b.Context(), id); err == nil {
			b.Errorf("%s: the stream ends without an error", name)
		} else {
			b.wantBad(err, id, false)
		}
	}
}

// putAgain repairs artifacts by putting them again, small ones and those that the server may vouch for.
func putAgain(b *bucket) {
	for _, size := range []int{10, 1 << 20} {
		body := bytes.Repeat([]byte{7}, size)
		id := b.put(body)
		wrong := bytes.Clone(body)
		wrong[0]++
		b.write(at(id), wrong)
		b.put(body)
		if _, err := b.store.Get(b.Context(), id); err != nil {
			b.Errorf("%d bytes: %v", size, err)
		}
	}
}

func discard(b *bucket) {
	good, bad := b.put([]byte("good")), b.put([]byte("bad"))
	b.write(at(bad), []byte("worse"))
	for id, want := range map[ziplaw.ArtifactID]bool{good: false, bad: true, ziplaw.IDOf([]byte("never put")): false} {
		if gone, err := b.store.Discard(b.Context(), id); gone != want || err != nil {
			b.Errorf("discard: %v, %v, want %v", gone, err, want)
		}
	}
	if exists, err := b.store.Exists(b.Context(), good); !exists || err != nil {
		b.Errorf("the good artifact exists: %v, %v", exists, err)
	}
	if exists, err := b.store.Exists(b.Context(), bad); exists || err != nil {
		b.Errorf("the bad artifact exists: %v, %v", exists, err)
	}
}

func asJSON(b *bucket) {
	type pair struct {
		A string `json:"a"`
		B []int  `json:"b"`
	}
	id, err := b.store.PutJSON(b.Context(), pair{A: "<&>", B: []int{1}})
	b.check(err)
	if want := fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(`{"a":"<&>","b":[1]}`))); string(id) != want {
		b.Errorf("id %s, want %s", id, want)
	}
	var got pair
	if err := b.store.GetJSON(b.Context(), id, &got); err != nil || got.A != "<&>" || len(got.B) != 1 {
		b.Errorf("got %+v, %v", got, err)
	}
	if err := b.store.GetJSON(b.Context(), b.put([]byte("{")), &got); err == nil {
		b.Error("half a JSON value was read")
	}
}
