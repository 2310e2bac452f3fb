package console

import (
	"math"
	"runtime"
	"testing"
)

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"4GiB": 4 << 30, "4 GiB": 4 << 30, "1GB": 1e9, "512MiB": 512 << 20, "64mib": 64 << 20, "1.5GiB": 3 << 29, "65536": 65536,
		"": -1, "lots": -1, "-1GiB": -1, "4 apples": -1, "1e9": -1, "9EiB": -1, "99999999999999999999999": -1, "NaN": -1, "Inf": -1, "GiB": -1,
	} {
		var s size
		err := s.Set(text)
		if want < 0 && err == nil || want >= 0 && (err != nil || int64(s) != want) {
			t.Errorf("%q: %d, %v; want %d", text, s, err, want)
		}
	}
}

func FuzzSize(f *testing.F) {
	f.Add("4GiB")
	f.Add("-1")
	f.Add("1e99EB")
	f.Fuzz(func(t *testing.T, text string) {
		var s size
		if err := s.Set(text); err == nil && s < 0 || err != nil && s != 0 {
			t.Errorf("%q: %d, %v", text, s, err)
		}
	})
}

func TestSizesAsTheyAreShown(t *testing.T) {
	for s, want := range map[size]string{0: "", 4 << 30: "4.0 GiB", 1 << 20: "1.0 MiB", math.MaxInt64: "8.0 EiB"} {
		if s.String() != want {
			t.Errorf("%d is %q", int64(s), s.String())
		}
	}
}

func TestPorts(t *testing.T) {
	const bad = -2
	for text, want := range map[string]port{
		"1": 1, "7233": 7233, "65535": 65535, "off": -1,
		"0": bad, "-1": bad, "65536": bad, "": bad, "OFF": bad, "http": bad, "7233.0": bad, " 7233": bad, "9999999999999999999": bad,
	} {
		var p port
		err := p.Set(text)
		if want == bad && err == nil || want != bad && (err != nil || p != want) {
			t.Errorf("%q: %d, %v; want %d", text, p, err, want)
		}
	}
}

func TestOutputs(t *testing.T) {
	for text, want := range map[string]bool{"json": true, "text": false} {
		o := Output(!want)
		if err := o.Set(text); err != nil || bool(o) != want || o.String() != text {
			t.Errorf("%q: %v, %v", text, o, err)
		}
	}
	for _, text := range []string{"", "JSON", "yaml", "json "} {
		o := Output(true)
		if err := o.Set(text); err == nil || !bool(o) {
			t.Errorf("%q: %v, %v", text, o, err)
		}
	}
}

func TestFlagsAreCompleted(t *testing.T) {
	f := Flags{DataDir: ".ziplaw", Threads: 1}
	if err := f.check(); err != nil {
		t.Fatal(err)
	}
	if f.DataDir[0] != '/' && runtime.GOOS != "windows" {
		t.Errorf("data folder %s", f.DataDir)
	}
	if total := MachineMemory(); int64(f.Memory) > total || int64(f.Memory) < total/2 || total < 1<<28 {
		t.Errorf("%s of memory in a machine of %d bytes", f.Memory.String(), total)
	}
	if f.LogFile != "" {
		t.Errorf("log file %s", f.LogFile)
	}
}

// TestErrorsAreInJSONBeforeFlagsAreParsed finds the form of output wherever it is asked for.
func TestErrorsAreInJSONBeforeFlagsAreParsed(t *testing.T) {
	for _, c := range []struct {
		args []string
		want bool
	}{
		{[]string{"run", "x", "--output", "json"}, true},
		{[]string{"--output=json", "run"}, true},
		{[]string{"run", "--bad", "--output", "json"}, true},
		{[]string{"run", "--output", "text"}, false},
		{[]string{"run", "--output"}, false},
		{[]string{"run", "json"}, false},
		{nil, false},
	} {
		if got := asksForJSON(c.args); got != c.want {
			t.Errorf("%q: %v", c.args, got)
		}
	}
}
