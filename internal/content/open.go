package content

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// openFile opens a regular file, or a pipe where the options take it, without
// waiting. Size is -1 of a pipe.
func openFile(path string, o Options) (f io.ReadCloser, size int64, err error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, notOpened(path, err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, errors.Join(unreadable(path, err), file.Close())
	}
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return file, info.Size(), nil
	case mode.Type() == fs.ModeNamedPipe && o.Pipes:
		return &pipe{File: file}, -1, nil
	default:
		_ = file.Close()
		return nil, 0, notAFile(path, mode)
	}
}

// notOpened says why a file can't be opened: the system's word for a socket is
// that there is no such device.
func notOpened(path string, err error) error {
	if errors.Is(err, syscall.ENXIO) {
		if info, statErr := os.Stat(path); statErr == nil && !info.Mode().IsRegular() {
			return notAFile(path, info.Mode())
		}
	}
	return unreadable(path, err)
}

func notAFile(path string, mode fs.FileMode) error {
	what := "no regular file"
	switch {
	case mode.IsDir():
		what = "a folder and no file (name the files in it)"
	case mode&fs.ModeNamedPipe != 0:
		what = "a pipe and no file (write what comes from it to a file)"
	case mode&fs.ModeSocket != 0:
		what = "a socket and no file"
	case mode&fs.ModeDevice != 0:
		what = "a device and no file"
	}
	return &Error{Name: path, Kind: NotAFile, Err: errors.New("is " + what)}
}

// pipe is a named pipe that was opened without waiting for a writer.
type pipe struct {
	*os.File
	written bool // a writer has come
}

// Read waits for a writer first, since a pipe without one seems to be at its end.
func (p *pipe) Read(b []byte) (int, error) {
	if !p.written {
		if err := p.wait(); err != nil {
			if _, closed := p.File.Read(nil); closed != nil { // the file knows better why
				err = closed
			}
			return 0, err
		}
		p.written = true
	}
	return p.File.Read(b)
}

// wait returns when a writer has come: there is something to read, or the writer
// has gone again. Close ends it.
func (p *pipe) wait() error {
	conn, err := p.SyscallConn()
	if err != nil {
		return err
	}
	return conn.Read(func(fd uintptr) bool {
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(poll, 0)
		return n > 0 || err != nil && !errors.Is(err, unix.EINTR)
	})
}
