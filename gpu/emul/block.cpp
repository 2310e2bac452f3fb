#include "block.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <memory>

#include "fiber.h"
#include "memory.h"
#include "sequence.h"
#include "shared.h"

namespace {

enum class State { fresh, ready, at_barrier, at_warp, done };

struct Fiber {
  emul_thread self;
  char *stack = nullptr;
  void *pointer = nullptr;
  State state = State::fresh;
  int line = 0;         // of the barrier
  unsigned meeting = 0; // of the warp that it waits in
};

// The lanes of a warp meet; their deposits alternate between two buffers, since the first lane to leave may come to the next
// meeting before the last one has read.
struct Warp {
  unsigned arrived, meeting, mask;
  int line;
  emul_deposit deposits[2][32];
};

const unsigned most_threads = 1024, warp_size = 32;

class Executor {
public:
  Failure run(const Launch &launch);
  void barrier(int line);
  const emul_deposit *exchange(unsigned mask, const uint32_t *words, int n, int line);
  void fail(Result result, const char *format, ...) __attribute__((format(printf, 3, 4)));
  [[noreturn]] void stop();
  void *dynamic_shared() { return shared_.dynamic(); }
  bool runs() const { return running_ != nullptr; }
  void *fault(int signal, const void *address, bool write);

private:
  void run_block(emul_uint3 block);
  void reset(emul_uint3 block);
  bool run_warp(unsigned warp);
  bool resume(Fiber &fiber);
  void suspend(State state);
  bool release_barrier();
  void explain_fault();
  static void main_of_fiber();
  static void main_of_fault();

  const Launch *launch_ = nullptr;
  unsigned threads_ = 0, warps_ = 0, done_ = 0;
  std::vector<Fiber> fibers_ = std::vector<Fiber>(most_threads);
  std::vector<Warp> warp_ = std::vector<Warp>(most_threads / warp_size);
  Stacks stacks_;
  Shared shared_;
  Fiber *running_ = nullptr;
  void *pointer_ = nullptr; // of the stack that resumes fibers
  Failure failure_;
  Sequence lanes_, warps_in_order_, blocks_;
  struct {
    int signal;
    const void *address;
    bool write;
  } fault_ = {};
};

// Its address is for signal handlers: it needs no constructor.
thread_local Executor *executor;

Executor &here() {
  static thread_local std::unique_ptr<Executor> owner;
  if (!owner) {
    owner = std::make_unique<Executor>();
    executor = owner.get();
  }
  return *owner;
}

Failure Executor::run(const Launch &launch) {
  launch_ = &launch;
  failure_ = {};
  threads_ = launch.block.x * launch.block.y * launch.block.z;
  warps_ = (threads_ + warp_size - 1) / warp_size;
  size_t blocks = size_t(launch.grid.x) * launch.grid.y * launch.grid.z;
  lanes_.begin(warp_size);
  warps_in_order_.begin(warps_);
  blocks_.begin(blocks);
  if (!shared_.begin(reinterpret_cast<void *>(launch.call))) fail(out_of_memory, "no shared memory");
  for (size_t i = 0; i < blocks && !failure_.result; i++) {
    unsigned b = blocks_[i], x = b % launch.grid.x, y = b / launch.grid.x % launch.grid.y, z = b / launch.grid.x / launch.grid.y;
    run_block({x, y, z});
  }
  return failure_;
}

void Executor::reset(emul_uint3 block) {
  const emul_uint3 &d = launch_->block;
  done_ = 0;
  for (unsigned i = 0; i < threads_; i++) {
    Fiber &f = fibers_[i];
    f.state = State::fresh;
    f.self = {{i % d.x, i / d.x % d.y, i / (d.x * d.y)}, block, d, launch_->grid, i % warp_size};
  }
  for (unsigned w = 0; w < warps_; w++) warp_[w].arrived = 0;
  shared_.poison(launch_->dynamic_shared);
}

// Runs the warps until all threads wait at a barrier, and again, until all are done.
void Executor::run_block(emul_uint3 block) {
  reset(block);
  while (!failure_.result && done_ < threads_) {
    lanes_.again();
    warps_in_order_.again();
    for (unsigned i = 0; i < warps_; i++)
      if (!run_warp(warps_in_order_[i])) break;
    if (!failure_.result && done_ < threads_ && !release_barrier()) break;
  }
  if (!failure_.result) return;
  char place[64];
  snprintf(place, sizeof place, " in block (%u,%u,%u)", block.x, block.y, block.z);
  failure_.why += place;
  for (unsigned i = 0; i < most_threads; i++) { // stacks of threads that never end
    if (fibers_[i].stack) stacks_.give(fibers_[i].stack);
    fibers_[i].stack = nullptr;
  }
}

// Runs the lanes of a warp as far as they get without another warp.
bool Executor::run_warp(unsigned w) {
  unsigned first = w * warp_size;
  for (bool moved = true; moved;) {
    moved = false;
    for (unsigned i = 0; i < warp_size; i++) {
      unsigned lane = lanes_[i];
      if (first + lane >= threads_) continue;
      Fiber &f = fibers_[first + lane];
      if (f.state == State::done || f.state == State::at_barrier) continue;
      // a lane that waits for its warp is asked again only when the meeting has ended
      if (f.state == State::at_warp && warp_[w].meeting == f.meeting) continue;
      moved = true;
      if (!resume(f)) return false;
    }
  }
  return true;
}

bool Executor::resume(Fiber &f) {
  if (f.state == State::fresh) {
    f.stack = stacks_.take();
    if (!f.stack) {
      fail(out_of_memory, "no stack for a thread");
      return false;
    }
    f.pointer = Stacks::begin(f.stack, main_of_fiber);
  }
  f.state = State::ready;
  running_ = &f;
  emul_self = &f.self;
  emul_switch(&pointer_, f.pointer);
  running_ = nullptr;
  if (f.state == State::done) {
    done_++;
    stacks_.give(f.stack);
    f.stack = nullptr;
  }
  return !failure_.result;
}

void Executor::suspend(State state) {
  Fiber *f = running_;
  f->state = state;
  emul_switch(&f->pointer, pointer_);
}

void Executor::main_of_fiber() {
  executor->launch_->call(executor->launch_->arguments);
  executor->stop();
}

void Executor::stop() {
  suspend(State::done);
  abort();
}

void Executor::barrier(int line) {
  running_->line = line;
  suspend(State::at_barrier);
}

const emul_deposit *Executor::exchange(unsigned mask, const uint32_t *words, int n, int line) {
  Fiber *f = running_;
  Warp &w = warp_[(f - fibers_.data()) / warp_size];
  unsigned lane = f->self.lane, meeting = w.meeting;
  if (w.arrived == 0) {
    w.mask = mask;
    w.line = line;
  }
  if (!(mask >> lane & 1)) emul_fail(line, "a lane calls a warp function whose mask leaves it out");
  if (w.mask != mask) emul_fail(line, "lanes of a warp meet with different masks");
  if (w.line != line) {
    fail(launch_failed, "lanes of a warp meet in warp functions at lines %d and %d", w.line, line);
    stop();
  }
  emul_deposit *deposits = w.deposits[meeting & 1];
  memcpy(deposits[lane], words, n * sizeof *words);
  if (++w.arrived == unsigned(__builtin_popcount(mask))) {
    w.arrived = 0;
    w.meeting++;
    return deposits;
  }
  f->meeting = meeting;
  suspend(State::at_warp);
  return deposits;
}

// All threads that aren't done must be at one barrier, and none may be done.
bool Executor::release_barrier() {
  unsigned waiting = 0, lines = 0;
  int line = 0;
  for (unsigned i = 0; i < threads_; i++) {
    const Fiber &f = fibers_[i];
    if (f.state == State::at_warp) {
      const Warp &w = warp_[i / warp_size];
      fail(launch_failed, "lanes of warp %u wait in a warp function at line %d for lanes that don't come (mask %08x, %u came)",
           i / warp_size, w.line, w.mask, w.arrived);
      return false;
    }
    if (f.state != State::at_barrier) continue;
    waiting++;
    if (!lines || line != f.line) lines++;
    line = f.line;
  }
  if (lines > 1) fail(launch_failed, "threads of a block wait at different barriers, one of them at line %d", line);
  else if (done_) fail(launch_failed, "%u threads of a block wait at the barrier at line %d, %u have ended", waiting, line, done_);
  if (failure_.result) return false;
  for (unsigned i = 0; i < threads_; i++) fibers_[i].state = State::ready;
  return true;
}

void Executor::fail(Result result, const char *format, ...) {
  char message[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  if (failure_.result) return;
  failure_.result = result;
  failure_.why = message;
}

void *Executor::fault(int signal, const void *address, bool write) {
  if (signal == SIGSEGV && shared_.open(address)) return nullptr;
  fault_ = {signal, address, write};
  return Stacks::begin(running_->stack, main_of_fault);
}

void Executor::main_of_fault() {
  executor->explain_fault();
  executor->stop();
}

void Executor::explain_fault() {
  const emul_uint3 &t = running_->self.thread;
  char thread[64];
  snprintf(thread, sizeof thread, "thread (%u,%u,%u)", t.x, t.y, t.z);
  const char *at = static_cast<const char *>(fault_.address), *verb = fault_.write ? "writes" : "reads";
  if (fault_.signal == SIGILL) fail(illegal_instruction, "%s: an instruction that ends a kernel", thread);
  else if (fault_.signal == SIGFPE) fail(launch_failed, "%s: a division of integers by zero", thread);
  else if (stacks_.overflows(running_->stack, at)) fail(launch_failed, "%s: its stack of %zu bytes is full", thread, Stacks::size);
  else if (shared_.behind(at)) fail(illegal_address, "%s %s behind the block's dynamic shared memory", thread, verb);
  else fail(illegal_address, "%s %s %s", thread, verb, memory.describe(reinterpret_cast<uintptr_t>(at)).c_str());
}

} // namespace

extern "C" {
__attribute__((visibility("default"))) thread_local const emul_thread *emul_self;

__attribute__((visibility("default"))) void emul_barrier(int line) { executor->barrier(line); }

__attribute__((visibility("default"))) const emul_deposit *emul_exchange(unsigned mask, const uint32_t *words, int n, int line) {
  return executor->exchange(mask, words, n, line);
}

__attribute__((visibility("default"))) void emul_fail(int line, const char *what) {
  executor->fail(launch_failed, "%s, at line %d", what, line);
  executor->stop();
}

__attribute__((visibility("default"))) void *emul_dynamic_shared(void) { return executor->dynamic_shared(); }
}

Failure run(const Launch &launch) { return here().run(launch); }

void fail_kernel(Result result, const char *why) {
  const emul_uint3 &t = emul_self->thread;
  executor->fail(result, "thread (%u,%u,%u): %s", t.x, t.y, t.z, why);
  executor->stop();
}

bool kernel_runs() { return executor && executor->runs(); }

void *faulted(int signal, const void *address, bool write) { return executor->fault(signal, address, write); }
