package bundle

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
)

// study is a small bundle in parts.
type study struct {
	bodies  map[string][]byte
	objects []Object
}

func (s *study) add(kind, name string, body []byte) ziplaw.ArtifactID {
	id := ziplaw.IDOf(body)
	if name == "" {
		name = "artifacts/sha256/" + id.Hex()[:2] + "/" + id.Hex()[2:]
	}
	s.bodies[name] = body
	s.objects = append(s.objects, Object{Name: name, Kind: kind, Size: int64(len(body)), Digest: id})
	return id
}

func encoded(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

var versionKey = ziplaw.Key(strings.Repeat("5", 64))

// example is a study of one record, which a test may change.
func example(change func(*ziplaw.Record, *entryJSON, *ziplaw.StudyVersion)) *study {
	s := &study{bodies: map[string][]byte{}}
	spec := s.add(Artifact, "", []byte(`{"name":"tiny"}`))
	act := action.Action{Name: "report", Version: 1, Params: 7}
	preimage, err := act.Preimage()
	if err != nil {
		panic(err)
	}
	key, _ := act.Key()
	rec := ziplaw.Record{Version: 1, Action: "report", Key: key, Preimage: preimage, Attempt: "me", Values: []byte("{}"),
		Inputs: []ziplaw.Ref{{Role: "spec", ID: spec}}, Outputs: []ziplaw.Ref{{Role: "report.html", ID: s.add(Artifact, "", []byte("<html>"))}}}
	entry := entryJSON{Key: key, Attempt: "me", Preimage: preimage}
	v := ziplaw.StudyVersion{Spec: spec, Result: ziplaw.StudyResult{Study: "tiny", Version: versionKey}}
	if change == nil {
		change = func(*ziplaw.Record, *entryJSON, *ziplaw.StudyVersion) {}
	}
	change(&rec, &entry, &v)
	id := s.add(Record, "", encoded(rec))
	if entry.Record == "" {
		entry.Record = id
	}
	s.add(Entry, "actions/"+string(key)+".json", encoded(entry))
	v.Regress, v.Report = id, id
	s.add(Finished, "studies/tiny/"+string(versionKey)+".json", encoded(v))
	return s
}

func (s *study) write(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	err := Write(&b, New("tiny", versionKey, s.objects), func(o Object) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(s.bodies[o.Name])), nil })
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRoundTrip(t *testing.T) {
	file := example(nil).write(t)
	if again := example(nil).write(t); !bytes.Equal(file, again) {
		t.Error("the same study makes another file")
	}
	read := int64(0)
	c, err := Check(bytes.NewReader(file), func(n int64) { read += n })
	if err != nil || c.Version.Result.Study != "tiny" || len(c.Records) != 1 || c.Manifest.Bytes() != read {
		t.Errorf("%+v, %d bytes read of %d, %v", c, read, c.Manifest.Bytes(), err)
	}
	var order []string
	err = Read(bytes.NewReader(file), func(Manifest) error { return nil }, func(o Object, _ io.Reader) error {
		order = append(order, o.Kind)
		return nil
	})
	if got := strings.Join(order, " "); err != nil || got != "artifact artifact record entry version" {
		t.Errorf("order %s, %v", got, err)
	}
	padded := slices.Concat(file, make([]byte, 10240))
	if _, err := Check(bytes.NewReader(padded), nil); err != nil {
		t.Errorf("with padding: %v", err)
	}
}

func TestEveryCutIsRefused(t *testing.T) {
	file := example(nil).write(t)
	end := len(file) - 1024 // of what matters
	for n := range end - 511 {
		if n%64 != 0 && n%512 > 3 {
			continue
		}
		if _, err := Check(bytes.NewReader(file[:n]), nil); ziplaw.CodeOf(err) != ziplaw.CodeCorruptArtifact {
			t.Fatalf("cut to %d of %d bytes: %v", n, end, err)
		}
	}
}

// TestNoFlipIsTaken: a changed byte is found, unless it says nothing: behind a header's checksum, or between objects.
func TestNoFlipIsTaken(t *testing.T) {
	file := example(nil).write(t)
	want, err := Check(bytes.NewReader(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	for i := range file {
		changed := bytes.Clone(file)
		changed[i] ^= 1
		c, err := Check(bytes.NewReader(changed), nil)
		if err != nil {
			continue
		}
		taken++
		if !reflect.DeepEqual(c, want) || file[i] != 0 && i%512 != 154 && i%512 != 155 {
			t.Errorf("byte %d of %d changed, and taken", i, len(file))
		}
	}
	if taken > len(file)/3 {
		t.Errorf("of %d changes %d are taken", len(file), taken)
	}
}

func TestRefused(t *testing.T) {
	other := ziplaw.IDOf([]byte("other"))
	for name, change := range map[string]func(*ziplaw.Record, *entryJSON, *ziplaw.StudyVersion){
		"another key":            func(r *ziplaw.Record, _ *entryJSON, _ *ziplaw.StudyVersion) { r.Key = versionKey },
		"another preimage":       func(r *ziplaw.Record, _ *entryJSON, _ *ziplaw.StudyVersion) { r.Preimage = []byte(`{"action":"x"}`) },
		"no attempt":             func(r *ziplaw.Record, _ *entryJSON, _ *ziplaw.StudyVersion) { r.Attempt = "" },
		"an input elsewhere":     func(r *ziplaw.Record, _ *entryJSON, _ *ziplaw.StudyVersion) { r.Inputs[0].ID = other },
		"an output without name": func(r *ziplaw.Record, _ *entryJSON, _ *ziplaw.StudyVersion) { r.Outputs[0].ID = "" },
		"an entry of another":    func(_ *ziplaw.Record, e *entryJSON, _ *ziplaw.StudyVersion) { e.Key = versionKey },
		"an entry elsewhere":     func(_ *ziplaw.Record, e *entryJSON, _ *ziplaw.StudyVersion) { e.Record = other },
		"an entry's preimage":    func(_ *ziplaw.Record, e *entryJSON, _ *ziplaw.StudyVersion) { e.Preimage = []byte("{}") },
		"another study":          func(_ *ziplaw.Record, _ *entryJSON, v *ziplaw.StudyVersion) { v.Result.Study = "other" },
		"another version":        func(_ *ziplaw.Record, _ *entryJSON, v *ziplaw.StudyVersion) { v.Result.Version = "x" },
		"a spec elsewhere":       func(_ *ziplaw.Record, _ *entryJSON, v *ziplaw.StudyVersion) { v.Spec = other },
		"a record elsewhere": func(_ *ziplaw.Record, _ *entryJSON, v *ziplaw.StudyVersion) {
			v.DataSets = []ziplaw.Measured{{DataSet: "x", Fit: other}}
		},
	} {
		if _, err := Check(bytes.NewReader(example(change).write(t)), nil); ziplaw.CodeOf(err) != ziplaw.CodeCorruptArtifact {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestManifests(t *testing.T) {
	s := example(nil)
	valid := func() Manifest { return New("tiny", versionKey, s.objects) }
	if err := valid().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Manifest){
		"format":        func(m *Manifest) { m.Format = "tar" },
		"version":       func(m *Manifest) { m.Version = 2 },
		"study":         func(m *Manifest) { m.Study = "../x" },
		"key":           func(m *Manifest) { m.Key = "x" },
		"empty":         func(m *Manifest) { m.Objects = nil },
		"order":         func(m *Manifest) { m.Objects[0], m.Objects[1] = m.Objects[1], m.Objects[0] },
		"twice":         func(m *Manifest) { m.Objects = append([]Object{m.Objects[0]}, m.Objects...) },
		"unfinished":    func(m *Manifest) { m.Objects = m.Objects[:4] },
		"path":          func(m *Manifest) { m.Objects[0].Name = "../../etc/passwd" },
		"another name":  func(m *Manifest) { m.Objects[0].Name = m.Objects[1].Name },
		"kind":          func(m *Manifest) { m.Objects[0].Kind = "claim" },
		"size":          func(m *Manifest) { m.Objects[0].Size = -1 },
		"digest":        func(m *Manifest) { m.Objects[3].Digest = "sha256:x" },
		"large record":  func(m *Manifest) { m.Objects[2].Size = 1 << 40 },
		"another study": func(m *Manifest) { m.Objects[4].Name = strings.Replace(m.Objects[4].Name, "tiny", "other", 1) },
	} {
		m := valid()
		change(&m)
		if err := m.Validate(); ziplaw.CodeOf(err) != ziplaw.CodeCorruptArtifact {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// archive writes a tar archive as it comes.
func archive(t testing.TB, headers []*tar.Header, bodies []string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i, h := range headers {
		h.Size = int64(len(bodies[i]))
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, bodies[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOtherArchives(t *testing.T) {
	file := example(nil).write(t)
	manifest := string(encoded(New("tiny", versionKey, example(nil).objects)))
	for name, b := range map[string][]byte{
		"nothing":           nil,
		"text":              []byte(strings.Repeat("text ", 1000)),
		"another first":     archive(t, []*tar.Header{{Name: "x"}}, []string{manifest}),
		"a link":            archive(t, []*tar.Header{{Name: ManifestName, Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}}, []string{""}),
		"unknown fields":    archive(t, []*tar.Header{{Name: ManifestName}}, []string{`{"format":"ziplaw-study","more":1}`}),
		"another second":    archive(t, []*tar.Header{{Name: ManifestName}, {Name: "../x"}}, []string{manifest, "x"}),
		"more behind":       append(bytes.Clone(file[:len(file)-1024]), archive(t, []*tar.Header{{Name: "x"}}, []string{"x"})...),
		"behind the end":    append(bytes.Clone(file), "x"...),
		"another beginning": append([]byte("x"), file...),
	} {
		if _, err := Check(bytes.NewReader(b), nil); ziplaw.CodeOf(err) != ziplaw.CodeCorruptArtifact {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWriteRefusesOtherBytes(t *testing.T) {
	s := example(nil)
	m := New("tiny", versionKey, s.objects)
	broken := errors.New("broken")
	for name, open := range map[string]func(Object) (io.ReadCloser, error){
		"other bytes": func(o Object) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(bytes.ToUpper(s.bodies[o.Name]))), nil
		},
		"fewer": func(o Object) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(s.bodies[o.Name][1:])), nil },
		"none":  func(Object) (io.ReadCloser, error) { return nil, broken },
	} {
		if err := Write(io.Discard, m, open); err == nil {
			t.Errorf("%s are written", name)
		}
	}
	if err := Write(io.Discard, Manifest{}, nil); err == nil {
		t.Error("an empty manifest is written")
	}
}

// FuzzCheck: no file makes the reader panic, hang or take much memory, and what it takes is a bundle that writes to a bundle again.
func FuzzCheck(f *testing.F) {
	file := example(nil).write(f)
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Add([]byte(nil))
	f.Add(archive(f, []*tar.Header{{Name: ManifestName}}, []string{`{"format":"ziplaw-study","version":1}`}))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Check(bytes.NewReader(b), nil)
		if err != nil {
			if ziplaw.CodeOf(err) != ziplaw.CodeCorruptArtifact {
				t.Errorf("%v", err)
			}
			return
		}
		bodies := map[string][]byte{}
		err = Read(bytes.NewReader(b), func(Manifest) error { return nil }, func(o Object, r io.Reader) (err error) {
			bodies[o.Name], err = io.ReadAll(r)
			return err
		})
		if err != nil {
			t.Fatalf("checked, and then: %v", err)
		}
		err = Write(io.Discard, c.Manifest, func(o Object) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(bodies[o.Name])), nil })
		if err != nil {
			t.Errorf("taken, and not written again: %v", err)
		}
	})
}
