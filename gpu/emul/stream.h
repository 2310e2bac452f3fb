// Streams hold work until somebody waits for it, so that a program that doesn't wait reads what was there before.
#pragma once
#include <stdint.h>

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "result.h"

struct Context;
struct Stream;
struct Module;

// Work runs when its turn has come.
using Work = std::function<Result()>;

// A point in a stream's work, which an event names.
struct Point {
  Stream *stream = nullptr;
  bool reached = false;
  double milliseconds = 0;
};

// Work of a graph, and the nodes that it comes behind.
struct Node {
  Work work;
  std::vector<size_t> behind;
};

struct Graph {
  std::vector<Node> nodes; // in the order of the capture, which is one that all dependencies allow

  // An order that dependencies allow: that of the capture, or where settings say so one that is far from it.
  std::vector<size_t> sequence() const;
};

// A capture takes the work of its stream, and of streams that waited for an event of it.
struct Capture {
  Stream *origin;
  Graph graph;
  bool valid = true;
  std::set<Stream *> forks; // streams whose work the origin hasn't waited for yet
};

struct Event {
  Context *context;
  bool timed;
  std::shared_ptr<Point> point;     // of the last record; null before
  std::shared_ptr<Capture> capture; // of which the last record is a part
  Stream *captured_in = nullptr;
  std::vector<size_t> captured_behind; // nodes of the capture
};

struct Stream {
  Stream(Context &context, bool blocking) : context(context), blocking(blocking) {}
  Context &context;
  bool blocking; // whether the legacy stream and this one wait for each other
  std::deque<Work> queue;
  std::shared_ptr<Capture> capture;
  std::vector<size_t> behind; // nodes of the capture that its next work comes behind

  // Takes work: into a graph, to run later, or now.
  Result enqueue(Work work);
  // Runs the oldest work.
  void step();
  void flush();
  void run_to(const Point &point);
};
