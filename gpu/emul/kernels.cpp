#include "kernels.h"

#include <dlfcn.h>
#include <mutex>

#include "context.h"
#include "ptx.h"
#include "settings.h"

namespace {

std::map<std::string, Kernel> &kernels() {
  static auto *all = new std::map<std::string, Kernel>;
  return *all;
}

std::string library_path() {
  if (settings.kernels) return settings.kernels;
  Dl_info self;
  dladdr(reinterpret_cast<void *>(library_path), &self);
  std::string path = self.dli_fname;
  return path.substr(0, path.rfind('/') + 1) + "libziplawkernels.so";
}

// Loading the library registers its kernels (emul.h).
Result load_library() {
  static std::mutex mutex;
  static bool loaded;
  std::lock_guard<std::mutex> lock(mutex);
  if (loaded) return success;
  if (!dlopen(library_path().c_str(), RTLD_NOW | RTLD_LOCAL)) return refuse(file_not_found, "%s", dlerror());
  loaded = true;
  return success;
}

Result add(Context &context, Module &module, const PTXEntry &entry) {
  auto kernel = kernels().find(entry.name);
  if (kernel == kernels().end()) return refuse(invalid_ptx, "kernel %s is in the PTX, and not exported by the host's", entry.name.c_str());
  if (kernel->second.sizes != entry.sizes)
    return refuse(invalid_ptx, "kernel %s has other parameters in the PTX than on the host", entry.name.c_str());
  for (int size : entry.sizes)
    if (size > 8) return refuse(not_supported, "kernel %s has a parameter of %d bytes", entry.name.c_str(), size);
  int threads = entry.most_threads ? entry.most_threads : 1024;
  module.functions[entry.name].reset(new Function{&context, entry.name, kernel->second, threads});
  return success;
}

} // namespace

extern "C" __attribute__((visibility("default"))) void emul_register(const char *name, void (*call)(void **), const int *sizes, int n) {
  kernels()[name] = {call, std::vector<int>(sizes, sizes + n)};
}

API cuModuleLoadData(Module **module, const char *image) {
  ENTER
  std::vector<PTXEntry> entries = ptx_entries(image);
  if (entries.empty()) return refuse(invalid_image, "cuModuleLoadData: no PTX text with entries");
  Result result = load_library();
  if (result) return result;
  auto loaded = std::make_unique<Module>();
  for (const PTXEntry &entry : entries)
    if ((result = add(context, *loaded, entry))) return result;
  *module = loaded.release();
  context.modules.insert(*module);
  return success;
}

API cuModuleLoadDataEx(Module **module, const char *image, unsigned, void *, void *) { return cuModuleLoadData(module, image); }

API cuModuleUnload(Module *module) {
  ENTER
  if (!context.modules.count(module)) return refuse(invalid_handle, "cuModuleUnload");
  context.flush(true);
  context.modules.erase(module);
  delete module;
  return success;
}

API cuModuleGetFunction(Function **function, Module *module, const char *name) {
  ENTER
  if (!context.modules.count(module)) return refuse(invalid_handle, "cuModuleGetFunction");
  auto found = module->functions.find(name);
  if (found == module->functions.end()) return refuse(not_found, "cuModuleGetFunction: %s", name);
  *function = found->second.get();
  return success;
}
