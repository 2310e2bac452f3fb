// Devices and contexts, and what every call looks at first.
#pragma once
#include <mutex>
#include <set>

#include "result.h"
#include "stream.h"

struct Function;

struct Device {
  int ordinal = 0;
  std::recursive_mutex mutex; // held by every call in a context of the device
  size_t used = 0;
  bool lost = false;
  Context *primary = nullptr;
  int retained = 0;

  // Counts a launch; from a certain one on the device is lost (settings.h).
  void count_launch();
};

bool initialized();
Result device_of(int ordinal, Device *&device);

struct Context {
  explicit Context(Device &device) : device(device), legacy(*this, false) {}
  Device &device;
  Result sticky = success; // of a failed kernel or copy: the context never answers anything else
  Stream legacy;           // the stream that is called NULL
  std::set<Stream *> streams;
  std::set<Event *> events;
  std::set<Graph *> graphs;
  std::set<Module *> modules;

  bool has(const Stream *s) const { return s == &legacy || streams.count(const_cast<Stream *>(s)); }
  bool has(const Function *function) const;
  // The stream of a handle; null for a handle of nothing here.
  Stream *stream(Stream *handle);
  // Runs what waits in streams, in all of them or in those that the legacy stream waits for.
  void flush(bool all);
  // What a call answers that has waited for work: its failure, or that it wrote around allocations.
  Result finished();
  Result state() const { return device.lost ? ecc_uncorrectable : sticky; }
};

// Entry holds the lock of the current context's device while a call runs. Its result is what the call answers if it can't.
class Entry {
public:
  explicit Entry(const char *call);
  Result result = success;
  Context *context = nullptr;

private:
  std::unique_lock<std::recursive_mutex> lock_;
};

#define ENTER                                                                                                           \
  Entry entry(__func__);                                                                                                \
  if (entry.result) return entry.result;                                                                                \
  Context &context = *entry.context;                                                                                    \
  (void)context;

// Makes a stream of a handle.
#define STREAM                                                                                                          \
  ENTER                                                                                                                 \
  stream = context.stream(stream);                                                                                      \
  if (!stream) return refuse(invalid_handle, "%s: no stream of the current context", __func__);
