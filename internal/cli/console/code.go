package console

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/klauspost/cpuid/v2"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// The build sets these: -ldflags "-X github.com/ziplaw/ziplaw/internal/cli/console.version=v1.2.3 ...".
var (
	version  string
	revision string
)

// Code names this program for records.
func Code() ziplaw.Code {
	c := ziplaw.Code{
		Version: version, Revision: revision, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		Device: Processor() + ", " + kernel.Path(),
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return c
	}
	if c.Version == "" {
		c.Version = info.Main.Version
	}
	if c.Revision == "" {
		c.Revision = builtFrom(info.Settings)
	}
	return c
}

// programName is this program in words, for those who find a data folder that it has written.
func programName() string {
	c := Code()
	return fmt.Sprintf("ziplaw %s (%s)", c.Version, c.Revision)
}

// builtFrom is the revision that the go command found.
func builtFrom(settings []debug.BuildSetting) string {
	revision, modified := "unknown", ""
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = "+changes"
		}
	}
	return revision + modified
}

// Processor is the brand of the processor where it says one.
func Processor() string {
	if name := cpuid.CPU.BrandName; name != "" {
		return name
	}
	return runtime.GOARCH
}
