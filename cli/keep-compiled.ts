import { useCompileCache } from "../stack/compile-cache";

useCompileCache(process.env);
