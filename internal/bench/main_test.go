package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test program be the peers' Python: it is started as PROGRAM -u SCRIPT, and the script's text says what it does.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "-u" {
		text, err := os.ReadFile(os.Args[2])
		if err != nil {
			panic(err)
		}
		playPeer(string(text))
		return
	}
	os.Exit(m.Run())
}

// playPeer answers as a peer, until it misbehaves in one way.
func playPeer(how string) {
	switch how {
	case "lacks a module":
		fmt.Println(`{"missing": "numpy", "error": "No module named 'numpy'"}`)
		return
	case "dies at once":
		fmt.Fprintln(os.Stderr, "Traceback\nSyntaxError: what is this?")
		os.Exit(1)
	case "says nothing of itself":
		fmt.Println(`{}`)
		return
	}
	fmt.Printf(`{"peer": "fake 1.0 pid %d"}`+"\n", os.Getpid())
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var request map[string]any
		if err := json.Unmarshal(in.Bytes(), &request); err != nil {
			panic(err)
		}
		if _, ok := request["prepare"]; ok {
			answerPrepare(how)
			continue
		}
		answerRound(how)
	}
}

func answerPrepare(how string) {
	if how == "can't prepare" {
		fmt.Println(`{"error": "ValueError: 7 parameters, 8 wanted"}`)
		return
	}
	fmt.Println(`{"ready": true, "seconds": 0.1}`)
}

func answerRound(how string) {
	switch how {
	case "dies in a round":
		fmt.Fprintln(os.Stderr, "Killed by nobody")
		os.Exit(7)
	case "answers nonsense":
		fmt.Println("hello, I am a progress bar")
	case "answers without an end":
		fmt.Println(strings.Repeat("x", 2*lineBytes))
	case "gives no time":
		fmt.Println(`{"calls": 3}`)
	case "never answers":
		time.Sleep(time.Hour)
	default:
		fmt.Println(`{"seconds": 0.25, "calls": 4}`)
	}
}
