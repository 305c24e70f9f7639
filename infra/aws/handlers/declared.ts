import * as declaration from 'afterwrite/declaration';
import { exportedSystem } from '../../../shared/model/exportedSystem.ts';

/** The system that a bundle is made for. */
export const declared = exportedSystem(declaration, "the bundle's declaration");
