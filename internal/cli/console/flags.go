package console

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/worker"
)

// Flags are the flags that all commands share.
type Flags struct {
	DataDir    string
	Connect    bool
	Threads    int
	Memory     size
	temporal   port
	s3         port
	ui         port
	LogFile    string
	cacheDir   string
	AllowFiles []string // of ziplaw worker
	files      corpus.Access
	Cache      size
	Join       bool // of the command, not a flag: it starts no servers
	Serve      bool // of the command, not a flag: it runs the servers for whoever comes
}

// uiPort is where the web UI is served, negative for nowhere.
func (f *Flags) uiPort() int {
	if f.ui == 0 && !f.Serve {
		return -1
	}
	return int(f.ui)
}

// Register adds the flags of ziplaw; json is set by --output.
func (f *Flags) Register(root *cobra.Command, json *bool) {
	f.registerOutput(root, json, "folder of studies, servers and logs")
	f.registerWork(root)
	p := root.PersistentFlags()
	p.BoolVar(&f.Connect, "connect", false, "use the servers that the environment names (TEMPORAL_ADDRESS, ZIPLAW_S3_ENDPOINT, ...), not the data folder's")
	p.Var(&f.temporal, "temporal-port", "port of the Temporal server (default: the last one, or a free one)")
	p.Var(&f.s3, "s3-port", "port of the S3 server (default: the last one, or a free one)")
	p.Var(&f.ui, "ui-port", "port of Temporal's web UI, or off (default: off, and with ziplaw up the last one, or a free one)")
}

// RegisterCUDA registers the flags of a program that connects to servers of elsewhere and whose cells have their devices.
func (f *Flags) RegisterCUDA(root *cobra.Command, json *bool) {
	f.Connect, f.Threads, f.Memory = true, 1, leastMemory
	f.registerOutput(root, json, "folder of logs")
	f.registerCache(root)
}

// RegisterWorker registers the flags of a worker that connects to servers of elsewhere.
func (f *Flags) RegisterWorker(root *cobra.Command, json *bool) {
	f.registerOutput(root, json, "folder of logs")
	f.registerWork(root)
	p := root.PersistentFlags()
	p.BoolVar(&f.Connect, "connect", true, "as it always does: use the servers that the environment names")
	_ = p.MarkHidden("connect")
}

// registerOutput adds the flags of what a program says, and where: every program has them.
func (f *Flags) registerOutput(root *cobra.Command, json *bool, folder string) {
	p := root.PersistentFlags()
	p.StringVar(&f.DataDir, "data-dir", ".ziplaw", folder)
	p.Var((*Output)(json), "output", "text or json")
	p.StringVar(&f.LogFile, "log-file", "", "file for all logs (default: files in DATA-DIR/logs)")
	_ = root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
}

// registerWork adds the flags of how much of the machine a worker takes.
func (f *Flags) registerWork(root *cobra.Command) {
	p := root.PersistentFlags()
	p.IntVar(&f.Threads, "threads", runtime.GOMAXPROCS(0), "cells that train at once")
	p.Var(&f.Memory, "memory", "most memory of the cells that train at once, such as 4GiB (default 3/4 of the machine's)")
	f.registerCache(root)
}

// registerCache adds the flags of the cache of documents.
func (f *Flags) registerCache(root *cobra.Command) {
	p := root.PersistentFlags()
	p.StringVar(&f.cacheDir, "cache-dir", "", "folder of the documents that workers have fetched (default: DATA-DIR/cache, and the user's cache folder with --connect)")
	p.Var(&f.Cache, "cache-size", "most bytes of that folder, such as 4GiB (default 8GiB); what a cell still reads stays until it ends")
}

// Restrict says which files specs may name on this worker: on servers of one's own all that can be read, since nobody else gets in.
func (f *Flags) Restrict() error {
	if !f.Connect && len(f.AllowFiles) == 0 {
		return nil
	}
	folders := make([]string, len(f.AllowFiles))
	for i, folder := range f.AllowFiles {
		var err error
		if folders[i], err = Absolute(folder); err != nil {
			return err
		}
	}
	var err error
	if f.files, err = corpus.AllowedFolders(folders); err != nil {
		return Usage("--allow-files", "name folders that are there", "%v", err)
	}
	return nil
}

// Documents is the cache of a worker's documents.
func (f *Flags) Documents() worker.Cache {
	c := worker.Cache{Dir: f.cacheDir, Bytes: int64(f.Cache)}
	if c.Dir == "" && !f.Connect {
		c.Dir = filepath.Join(f.DataDir, "cache")
	}
	return c
}

// check completes the flags. Paths become absolute here: the S3 server changes the working directory.
func (f *Flags) check() error {
	if f.Threads < 1 {
		return Usage("--threads", "at least 1", "%d threads", f.Threads)
	}
	for _, p := range []struct {
		flag string
		port port
	}{{"--temporal-port", f.temporal}, {"--s3-port", f.s3}} {
		if p.port < 0 {
			return Usage(p.flag, "only --ui-port may be off", "off is no port")
		}
	}
	for _, path := range []*string{&f.DataDir, &f.LogFile, &f.cacheDir} {
		if *path == "" {
			continue
		}
		at, err := Absolute(*path)
		if err != nil {
			return err
		}
		*path = at
	}
	if f.Memory == 0 {
		f.Memory = size(MachineMemory() / 4 * 3)
	}
	if f.Memory < leastMemory {
		return Usage("--memory", "such as 4GiB", "%s is less than 64 MiB", f.Memory.String())
	}
	return nil
}

const leastMemory = 64 << 20

// Usage is the error of a command line: the flag or argument, what to do, and what is wrong.
func Usage(field, hint, format string, args ...any) error {
	return &ziplaw.Error{Code: ziplaw.CodeUsage, Field: field, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// Output is a flag of two values: json, or not.
type Output bool

func (o *Output) String() string {
	if *o {
		return "json"
	}
	return "text"
}

// Set takes text or json.
func (o *Output) Set(s string) error {
	if s != "text" && s != "json" {
		return errors.New("neither text nor json")
	}
	*o = s == "json"
	return nil
}

// Type is shown in help.
func (o *Output) Type() string { return "text|json" }

// size is a flag in bytes.
type size int64

func (s *size) String() string {
	if *s == 0 {
		return ""
	}
	return humanize.IBytes(uint64(*s))
}

func (s *size) Set(text string) error {
	n, err := humanize.ParseBytes(text)
	if err != nil || n > 1<<62 {
		return errors.New("no size such as 4GiB")
	}
	*s = size(n)
	return nil
}

func (s *size) Type() string { return "size" }

// port is a flag: 0 for any, -1 for off.
type port int

func (p *port) String() string {
	if *p == 0 {
		return ""
	}
	return strconv.Itoa(int(*p))
}

func (p *port) Set(text string) error {
	if text == "off" {
		*p = -1
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 65535 {
		return errors.New("no port from 1 to 65535")
	}
	*p = port(n)
	return nil
}

func (p *port) Type() string { return "port" }
