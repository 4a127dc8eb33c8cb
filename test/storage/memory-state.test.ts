import { createMemoryState } from "../../src/storage/memory-state";
import { stateStoreContract } from "../contract/state-store";

stateStoreContract("memory", createMemoryState);
