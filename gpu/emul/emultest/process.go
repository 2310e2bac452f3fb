package emultest

import (
	"errors"
	"os"
)

// moduleRoot is the folder of go.mod above the working directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(dir + "/go.mod"); missing == nil {
			return dir, nil
		}
		if dir == "" {
			err = errors.New("no go.mod above the working directory")
		}
		for len(dir) > 0 && dir[len(dir)-1] != '/' {
			dir = dir[:len(dir)-1]
		}
		if len(dir) > 0 {
			dir = dir[:len(dir)-1]
		}
	}
	return "", err
}

// output runs a shell script and returns the line that it prints. Package os/exec would run its init after cu's.
func output(args []string) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	p, err := os.StartProcess("/bin/bash", args, &os.ProcAttr{Files: []*os.File{nil, w, os.Stderr}})
	w.Close()
	if err != nil {
		return "", err
	}
	line, err := read(r)
	state, waitErr := p.Wait()
	switch {
	case waitErr != nil:
		return "", waitErr
	case !state.Success():
		return "", errors.New(args[1] + ": " + state.String())
	case err != nil:
		return "", err
	}
	for len(line) > 0 && line[len(line)-1] == '\n' {
		line = line[:len(line)-1]
	}
	return string(line), nil
}

func read(r *os.File) ([]byte, error) {
	var all []byte
	buffer := make([]byte, 4096)
	for {
		n, err := r.Read(buffer)
		all = append(all, buffer[:n]...)
		if n == 0 || err != nil {
			if err != nil && err.Error() == "EOF" {
				err = nil
			}
			return all, err
		}
	}
}
