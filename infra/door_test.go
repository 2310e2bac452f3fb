package infra

import (
	"bytes"
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
)

func mustMakeDoor(t *testing.T, now time.Time) []byte {
	t.Helper()
	b, err := makeDoor(now)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDoorIsMadeOnce, by whoever starts first, readable by its owner alone; a while before its end there is another one.
func TestDoorIsMadeOnce(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	read := func() []byte {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, doorFile))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	open := func(at time.Time) door {
		t.Helper()
		d, err := openDoor(dir, at)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	first := open(now)
	whole := read()
	if info, err := os.Stat(filepath.Join(dir, doorFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if d := first.pair.Leaf.NotAfter.Sub(now); d < 9*365*24*time.Hour {
		t.Errorf("it lasts %s", d)
	}
	open(now.Add(8 * 365 * 24 * time.Hour))
	open(now.Add(-6 * 24 * time.Hour)) // a clock that is behind
	if !bytes.Equal(read(), whole) {
		t.Error("it was made again")
	}
	for name, at := range map[string]time.Time{
		"soon before its end": now.Add(doorLife - 300*24*time.Hour), "after its end": now.Add(2 * doorLife), "before its beginning": now.Add(-2 * clockSkew),
	} {
		if err := os.WriteFile(filepath.Join(dir, doorFile), whole, 0o600); err != nil {
			t.Fatal(err)
		}
		if d := open(at); bytes.Equal(read(), whole) || !d.lasts(at) {
			t.Errorf("%s: it isn't made again", name)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Errorf("it left %v", left)
	}
}

// TestDoorsThatCannotBeUsed are told by their names, with what to do, by the servers that start and by those who join.
func TestDoorsThatCannotBeUsed(t *testing.T) {
	now := time.Now()
	whole, other := mustMakeDoor(t, now), mustMakeDoor(t, now)
	own := func(b []byte, n int) []byte { return bytes.SplitAfter(b, []byte("-----END CERTIFICATE-----\n"))[n] }
	for _, c := range []struct {
		name string
		file []byte
		says string
	}{
		{"empty", nil, "is damaged"},
		{"cut", whole[:len(whole)/2], "is damaged"},
		{"without its key", append(bytes.Clone(own(whole, 0)), own(whole, 1)...), "is damaged"},
		{"text", []byte("text\n"), "is damaged"},
		{"another's key", bytes.Join([][]byte{own(whole, 0), own(whole, 1), own(other, 2)}, nil), "is damaged"},
		{"another's authority", bytes.Join([][]byte{own(whole, 0), own(other, 1), own(whole, 2)}, nil), "is of another program"},
		{"no authority", bytes.Join([][]byte{own(whole, 0), own(whole, 2)}, nil), "is of another program"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, doorFile)
			if err := os.WriteFile(file, c.file, 0o600); err != nil {
				t.Fatal(err)
			}
			_, opened := openDoor(dir, now)
			_, read := readDoor(dir, "", now)
			for _, err := range []error{opened, read} {
				e := ziplaw.AsError(err)
				if e == nil || e.Code != ziplaw.CodeUsage || !strings.HasPrefix(e.Message, file+" "+c.says) || !strings.Contains(e.Hint, "delete the file, which is safe") {
					t.Errorf("%v, %+v", err, e)
				}
			}
			if b, err := os.ReadFile(file); err != nil || !bytes.Equal(b, c.file) {
				t.Errorf("it is %q now, %v", b, err)
			}
		})
	}
}

// TestDoorsOfOthersServers say why they don't open, and are left alone.
func TestDoorsOfOthersServers(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name       string
		at         time.Time
		file       []byte
		says, hint string
	}{
		{"missing", now, nil, "is missing", "start it again"},
		{"another one", now, mustMakeDoor(t, now), "isn't the one with which the servers have started", "start it again"},
		{"ended", now.Add(2 * doorLife), mustMakeDoor(t, now), "ended on", "start it again"},
		{"not begun", now.Add(-2 * clockSkew), mustMakeDoor(t, now), "begins on", "set the clock"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, doorFile)
			if c.file != nil {
				if err := os.WriteFile(file, c.file, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			theirs := "another"
			if d, err := parseDoor(file, c.file); err == nil && c.name != "another one" {
				theirs = d.id()
			}
			_, err := readDoor(dir, theirs, c.at)
			if e := ziplaw.AsError(err); e == nil || !strings.HasPrefix(e.Message, file+" ") || !strings.Contains(e.Message, c.says) || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("%+v", e)
			}
			if b, err := os.ReadFile(file); !bytes.Equal(b, c.file) {
				t.Errorf("it is %q now, %v", b, err)
			}
		})
	}
}

// TestKilledMakers leave nothing that a next start takes for a door.
func TestKilledMakers(t *testing.T) {
	dir := t.TempDir()
	half := filepath.Join(dir, doorFile+".123")
	if err := os.WriteFile(half, mustMakeDoor(t, time.Now())[:100], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openDoor(dir, time.Now()); err != nil {
		t.Error(err)
	}
}

// TestDoorsAsOthersReadThem: one file is the certificate, the key and the authority, as Go's and other programs load them.
func TestDoorsAsOthersReadThem(t *testing.T) {
	dir := t.TempDir()
	d, err := openDoor(dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, doorFile)
	pair, err := tls.LoadX509KeyPair(file, file)
	if err != nil || !bytes.Equal(pair.Certificate[0], d.pair.Certificate[0]) {
		t.Errorf("%v", err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if pool := d.authorities(); !pool.AppendCertsFromPEM(b) {
		t.Error("no authority in it")
	}
}
