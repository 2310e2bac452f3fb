// Package bench compares ziplaw with what else does the same work on this machine.
//
// A case is one piece of work with ziplaw and its peers as sides. The runner measures them in turns: a round of ziplaw, a
// round of each peer, then all of them again, so that what else the machine does falls on all alike; of each side its best
// round counts. Peers are Python processes that stay for all rounds and get requests as JSON lines. One that isn't
// installed leaves its columns empty, and says how to install it.
//
// The package computes and starts processes of Python. It knows no servers: what needs them is a case of its caller's.
package bench
