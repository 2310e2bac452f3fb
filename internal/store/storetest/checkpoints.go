package storetest

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing/iotest"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

var checkpointTests = []test{
	{"highest step of any token", highestStep},
	{"corrupt", corruptCheckpoint},
	{"deletion", deleteCheckpoints},
	{"one that isn't taken", passedOver},
	{"refused", refusedCheckpoints},
	{"larger than a part", largeCheckpoint},
}

var run = ziplaw.Key(strings.Repeat("d", 64))

func (b *bucket) checkpoint(token int64, step int, data string) {
	b.Helper()
	b.check(b.store.PutCheckpoint(b.Context(), run, token, step, strings.NewReader(data), int64(len(data))))
}

// latest is the first checkpoint that Resume offers.
func (b *bucket) latest() (c ziplaw.Resumed, data string, found bool, err error) {
	err = b.store.Resume(b.Context(), run, func(offered store.Checkpoint) bool {
		all, err := io.ReadAll(offered.Data)
		if err != nil {
			return false
		}
		c, data, found = ziplaw.Resumed{Token: offered.Token, Step: offered.Step}, string(all), true
		return int64(len(data)) == offered.Size
	})
	return c, data, found, err
}

func (b *bucket) wantLatest(token int64, step int, want string) {
	b.Helper()
	c, data, found, err := b.latest()
	if err != nil || !found || c.Token != token || c.Step != step || data != want {
		b.Errorf("latest: token %d, step %d, %q, %v, %v; want token %d, step %d, %q", c.Token, c.Step, data, found, err, token, step, want)
	}
}

func highestStep(b *bucket) {
	if c, _, found, err := b.latest(); found || err != nil {
		b.Errorf("latest of nothing: %+v, %v", c, err)
	}
	b.checkpoint(2, 9, "nine")
	b.wantLatest(2, 9, "nine")
	b.checkpoint(1, 10, "ten")
	b.wantLatest(1, 10, "ten")
	b.checkpoint(10, 10, "ten again")
	b.checkpoint(9, 10, "ten between")
	b.wantLatest(10, 10, "ten again")
	b.checkpoint(1, 1_000_000, strings.Repeat("large", 1<<20))
	b.wantLatest(1, 1_000_000, strings.Repeat("large", 1<<20))
	b.checkpoint(1, 1_000_001, "")
	b.wantLatest(1, 1_000_001, "")
}

func corruptCheckpoint(b *bucket) {
	b.checkpoint(1, 1, "one")
	b.checkpoint(1, 2, "two")
	b.checkpoint(2, 3, "three")
	prefix := "checkpoints/" + string(run) + "/"
	names := b.names(prefix)
	if len(names) != 3 || !slices.IsSorted(names) {
		b.Fatalf("names %v", names)
	}
	b.write(prefix+names[2], bytes.Repeat([]byte("x"), 100))
	b.wantLatest(1, 2, "two")
	b.write(prefix+names[2], []byte("short"))
	b.wantLatest(1, 2, "two")
	src, err := b.raw.GetObject(b.Context(), b.config.Bucket, prefix+names[0], get)
	b.check(err)
	var one bytes.Buffer
	_, err = one.ReadFrom(src)
	b.check(err)
	b.write(prefix+names[2], one.Bytes()) // a good checkpoint under another's name
	b.wantLatest(1, 2, "two")
	b.write(prefix+"notes", []byte("no checkpoint"))
	b.write(prefix+names[1], nil)
	b.wantLatest(1, 1, "one")
	b.write(prefix+names[0], nil)
	if c, _, found, err := b.latest(); found || err != nil {
		b.Errorf("latest of corrupt ones: %+v, %v", c, err)
	}
}

func deleteCheckpoints(b *bucket) {
	for token := range int64(3) {
		for step := range 3 {
			b.checkpoint(token+1, 10*step+int(token), fmt.Sprint(token, step))
		}
	}
	left := func() string { return strings.Join(b.names("checkpoints/"+string(run)+"/"), " ") }
	at := func(token, step int) string { return fmt.Sprintf("%010d/%012d", token, step) }
	for _, c := range []struct {
		token      int64
		step, keep int
		want       []string
	}{
		{3, 11, 5, []string{at(1, 0), at(1, 10), at(1, 20), at(2, 1), at(2, 11), at(2, 21), at(3, 2), at(3, 12), at(3, 22)}},
		{2, 99, 4, []string{at(1, 10), at(1, 20), at(2, 11), at(2, 21), at(3, 2), at(3, 12), at(3, 22)}},
		{1, 99, 0, []string{at(2, 11), at(2, 21), at(3, 2), at(3, 12), at(3, 22)}},
		{3, 12, 1, []string{at(2, 21), at(3, 12), at(3, 22)}},
		{3, 99, 1, []string{at(3, 22)}},
		{2, 99, 0, []string{at(3, 22)}},
		{3, 99, 0, nil},
	} {
		b.check(b.store.DeleteCheckpoints(b.Context(), run, c.token, c.step, c.keep))
		if got, want := left(), strings.Join(c.want, " "); got != want {
			b.Fatalf("token %d up to step %d keeps %d: %s\nwant %s", c.token, c.step, c.keep, got, want)
		}
	}
}

// passedOver: what is offered and not taken hides no other, and stays.
func passedOver(b *bucket) {
	b.checkpoint(1, 500, "of another program")
	b.checkpoint(2, 10, "ours")
	b.checkpoint(2, 20, "ours, later")
	b.check(b.store.DeleteCheckpoints(b.Context(), run, 2, 20, 1))
	var offered []string
	b.check(b.store.Resume(b.Context(), run, func(c store.Checkpoint) bool {
		data, err := io.ReadAll(c.Data)
		offered = append(offered, string(data))
		return err == nil && strings.HasPrefix(string(data), "ours")
	}))
	if got := strings.Join(offered, ", "); got != "of another program, ours, later" {
		b.Errorf("offered: %s", got)
	}
}

func refusedCheckpoints(b *bucket) {
	for _, c := range []struct {
		key   ziplaw.Key
		token int64
		step  int
	}{{"../actions", 1, 1}, {run, 0, 1}, {run, 1, -1}} {
		if err := b.store.PutCheckpoint(b.Context(), c.key, c.token, c.step, strings.NewReader(""), 0); err == nil {
			b.Errorf("%+v is stored", c)
		}
	}
}

// largeCheckpoint is sent and read as a stream, in parts. A reader that fails leaves nothing behind.
func largeCheckpoint(b *bucket) {
	const size = 150 << 20
	b.check(b.store.PutCheckpoint(b.Context(), run, 1, 5, io.LimitReader(&counting{}, size), size))
	taken := false
	b.check(b.store.Resume(b.Context(), run, func(c store.Checkpoint) bool {
		want, got := sha256.New(), sha256.New()
		_, _ = io.Copy(want, io.LimitReader(&counting{}, size))
		n, err := io.Copy(got, c.Data)
		if err != nil || n != size || c.Size != size || !bytes.Equal(want.Sum(nil), got.Sum(nil)) {
			b.Errorf("read %d of %d bytes: %v", n, c.Size, err)
		}
		taken = true
		return true
	}))
	if !taken {
		b.Error("the large checkpoint isn't offered")
	}
	broken := errors.New("the device is gone")
	for i, size := range []int64{100, 150 << 20} {
		data := io.MultiReader(io.LimitReader(&counting{}, size-50), iotest.ErrReader(broken))
		if err := b.store.PutCheckpoint(b.Context(), run, 1, 10+i, data, size); !errors.Is(err, broken) {
			b.Errorf("a reader that fails: %v", err)
		}
	}
	if names := b.names("checkpoints/" + string(run) + "/"); len(names) != 1 {
		b.Errorf("behind readers that failed there are %v", names)
	}
}

// counting gives bytes that differ from place to place.
type counting struct{ n uint64 }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c.n * 0x9E3779B97F4A7C15 >> 56)
		c.n++
	}
	return len(p), nil
}
