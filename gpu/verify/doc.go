// Package verify holds a machine's GPU to what package gpu promises, and measures how fast it trains. It runs where there is
// neither Go nor a network: ziplaw-cuda verify calls it, and bundle.sh packs that program for a machine with a GPU.
//
// A run is a list of parts. Each part runs in a process of its own, which is ended when its time box is over: neither a
// kernel that never ends nor a lost device stops the parts behind it. A part writes down every check and figure as soon as it
// has it, and the run writes result.json and result.html after every part, so that whatever ends a run leaves what is known.
//
// The package is plain Go. What needs the driver is given to it as a GPU.
package verify
